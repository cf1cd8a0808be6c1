//! `cargo xtask model`: build the program that looks into networks' files, then become it; every argument is its own.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

/// The binary, in the package of the experiments but not one of them.
pub const NAME: &str = "model";

/// Runs it.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    super::reproduce::start(NAME, "", args)
}
