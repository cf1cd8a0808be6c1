//! What every experiment of `reproduce` shares: it trains one row after another, and measures each on a protocol of its own.
//!
//! An experiment is a [`Study`]: where its faces come from, and what it makes of their embeddings. [`run()`] does the rest.

pub mod align_by;
pub mod cli;
pub mod config;
pub mod crops;
pub mod embed;
pub mod faces;
mod inputs;
mod layers;
pub mod one_row;
pub mod quality;
pub mod row;
pub mod run;
pub mod side_by_side;
mod start;
pub mod summary;
mod tpe;
pub mod train;

pub use inputs::Inputs;
pub use run::{run, Study};
