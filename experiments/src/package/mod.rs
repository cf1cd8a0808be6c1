//! `cargo xtask package`: a model folder from a run of `reproduce`, with what else was measured with its weights.
mod card;
mod choose;
pub mod cli;
mod evaluations;
mod figures;
mod measured;
mod paths;
mod run;
mod sound;
mod weights;

pub use run::package;
pub use sound::sound;
