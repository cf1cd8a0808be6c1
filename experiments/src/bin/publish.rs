//! `cargo xtask publish`. Everything is in the library.

use clap::Parser;
use l2face_experiments::publish::{cli::Args, publish};
use std::process::ExitCode;

/// The allocator that the other programs use.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    l2face_experiments::finish(publish(&Args::parse()))
}
