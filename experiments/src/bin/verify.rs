//! `cargo xtask verify`. Everything is in the library.

use clap::Parser;
use l2face_experiments::evaluate::verify::{verify, Args};
use std::process::ExitCode;

/// The allocator that the other programs use.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match verify(&Args::parse()) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {}", l2face_experiments::message(&error));
            ExitCode::FAILURE
        }
    }
}
