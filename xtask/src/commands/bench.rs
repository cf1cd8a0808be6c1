//! `cargo xtask bench`: build the benchmark, then become it; every argument is its own.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

/// The binary, in the package of the experiments but not one of them.
pub const NAME: &str = "bench";

/// Times this project against PyTorch.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    super::reproduce::start(NAME, "", args)
}
