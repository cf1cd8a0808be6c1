//! `cargo xtask publish`: a model folder to the Hub.
pub mod cli;
mod run;
mod shown;

pub use run::publish;
