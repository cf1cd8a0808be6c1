//! `cargo xtask bench`: build the benchmark, then become it; every argument is its own. With `--kernels` first, criterion's benchmarks of
//! single kernels in its place.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::cargo;

/// The binary, in the package of the experiments but not one of them.
pub const NAME: &str = "bench";

/// Times this project against PyTorch, or its kernels alone.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    if args.first().is_some_and(|first| first == "--kernels") {
        let mut kernels = cargo::cargo("bench");
        kernels.args(["--package", "l2face-ops", "--bench", "kernels", "--"]).args(&args[1..]);
        return cargo::become_command(&mut kernels);
    }
    super::reproduce::start(NAME, "", args)
}
