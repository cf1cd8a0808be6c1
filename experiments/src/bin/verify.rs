//! `cargo xtask verify`. Everything is in the library.

use clap::Parser;
use l2face_experiments::evaluate::verify::{verify, Args};
use std::process::ExitCode;

/// The allocator that the other programs use.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    l2face_experiments::finish(verify(&Args::parse()))
}
