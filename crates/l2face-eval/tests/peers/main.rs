//! The scripts of this crate's tests once more, in Python, on vectors of a seed: `cargo xtask peers` runs it.
#[path = "../common/mod.rs"]
mod common;
mod ijba;
mod ijbbc;
mod python;
