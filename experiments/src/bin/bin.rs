//! `cargo xtask bin`. Everything is in the library.

use clap::Parser;
use l2face_experiments::verification_bin::{cli::Args, run};
use std::process::ExitCode;

/// The allocator that the other programs use.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    l2face_experiments::finish(run(&Args::parse().command))
}
