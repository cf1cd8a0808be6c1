//! The scripts of this crate's tests once more, in Python, on vectors of a seed: `cargo xtask peers` runs it.
#[path = "../common/mod.rs"]
mod common;
mod ijba;
mod ijbbc;
#[allow(dead_code)]
#[path = "../tpe/made_up.rs"]
mod made_up;
mod pickles;
mod poolings;
mod python;
mod tpe;
