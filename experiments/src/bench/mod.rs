//! `cargo xtask bench`: this project's steps timed against PyTorch's, side by side in one run.
//!
//! Every measurement is a process of its own: this program as a worker, or Python with `peer_torch.py`. Rounds alternate between the
//! two, so that a noisy machine is noisy for both; what is reported are medians and their ratios.
pub mod cli;
mod driver;
mod page;
mod process;
mod results;
mod work;
mod worker;

pub use driver::run;
pub use page::{html, markdown, table};
pub use results::{Measured, Results, Row, SCHEMA};
pub use work::{Goal, ROWS};
pub use worker::measure;
