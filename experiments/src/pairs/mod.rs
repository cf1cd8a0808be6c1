//! `reproduce lfw` and `reproduce ytf`: the paper's experiments on pairs in ten folds, on generated faces or on the user's data.

mod assemble;
pub mod cli;
mod generated;
mod measure;
pub mod one_row;
mod real;
mod run;
mod source;

pub use cli::main;
pub use run::run;
