//! `cargo xtask package`: a model folder from a run of `reproduce ijba`.
mod card;
pub mod cli;
mod figures;
mod paths;
mod run;
mod weights;

pub use run::package;
