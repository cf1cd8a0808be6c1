//! `cargo xtask test`: every test of the workspace, or of the packages named.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::cargo;

/// Runs `cargo test --workspace --release ARGS` and passes its exit code through.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let mut command = cargo::cargo("test");
    command.arg("--release");
    if !names_packages(&args) {
        command.arg("--workspace"); // it would win over `-p`
    }
    cargo::status(command.args(args)).map(ExitCode::from)
}

fn names_packages(args: &[OsString]) -> bool {
    let words = args.iter().map(|a| a.to_string_lossy());
    let mut own = words.take_while(|word| word != "--");
    own.any(|word| word.starts_with("-p") || word.starts_with("--package") || word == "--all" || word == "--workspace")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_replaces_the_workspace() {
        let names = |line: &str| names_packages(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert!(names("-p l2face-head") && names("-pl2face-head") && names("--package=l2face-head"));
        assert!(!names("alpha -- --ignored") && !names("alpha -- -p"));
    }
}
