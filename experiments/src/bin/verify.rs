//! `cargo xtask verify`. Everything is in the library.

use clap::Parser;
use l2face_experiments::evaluate::verify::{verify, warning, Args};
use std::process::ExitCode;

/// The allocator that the other programs use.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    // A calibration that cannot be read ends in verify's own message.
    if let Ok(Some(warning)) = warning(&args) {
        eprintln!("warning: {warning}");
    }
    l2face_experiments::finish(verify(&args))
}
