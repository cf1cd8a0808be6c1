//! `reproduce ijba`: the paper's IJB-A experiment, on generated faces or on the user's data.

mod assemble;
pub mod cli;
mod data;
pub mod one_row;
pub mod run;
pub mod source;
pub mod tune;
