//! `cargo xtask test`: every test of the workspace.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::cargo;

/// Runs `cargo test --workspace --release ARGS` and passes its exit code through.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let mut command = cargo::cargo("test");
    command.args(["--workspace", "--release"]).args(args);
    cargo::status(&mut command).map(ExitCode::from)
}
