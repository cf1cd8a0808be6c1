//! `reproduce ijba`: the paper's IJB-A experiment, on generated faces or on the user's data.

pub mod assemble;
pub mod cli;
pub mod config;
pub mod crops;
pub mod data;
pub mod embed;
pub mod one_row;
pub mod quality;
pub mod row;
pub mod run;
pub mod side_by_side;
pub mod source;
mod start;
mod tpe;
pub mod train;
pub mod tune;
