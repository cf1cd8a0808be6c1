//! `cargo xtask model`: look into a network's file, or write it in another format. Everything else is in the library.

use clap::Parser;
use l2face_experiments::model::{self, cli::Args};
use std::process::ExitCode;

/// The allocator that the other programs use.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    l2face_experiments::finish(model::run(&Args::parse()))
}
