//! `cargo xtask test`: every test of the workspace, or of the packages named.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::cargo;

/// Tested by a call of its own: in one call cargo would join the features of its network stack to those of the crates below candle, and
/// build candle once for the tests and once more for the programs.
const APART: &str = "l2face-hub";

/// Runs `cargo test --release ARGS` on every crate, or on those named, and passes the exit code through.
pub fn run(args: Vec<OsString>) -> Result<ExitCode> {
    for choice in choices(&args) {
        let code = cargo::status(cargo::cargo("test").arg("--release").args(choice).args(&args))?;
        if code != 0 {
            return Ok(ExitCode::from(code));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The packages of each call; `--workspace` would win over `-p`.
fn choices(args: &[OsString]) -> Vec<Vec<&'static str>> {
    match (names_packages(args), names_targets(args)) {
        (true, _) => vec![vec![]],
        (false, true) => vec![vec!["--workspace"]], // a call of one package fails if it has no such target
        (false, false) => vec![vec!["--package", APART], vec!["--workspace", "--exclude", APART]],
    }
}

fn names_targets(args: &[OsString]) -> bool {
    let mut own = args.iter().map(|a| a.to_string_lossy()).take_while(|word| word != "--");
    own.any(|word| ["--test", "--bin", "--bench", "--example"].iter().any(|kind| word.starts_with(kind)))
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
    fn every_crate_is_in_one_call() {
        let calls = |line: &str| choices(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(calls("-- --ignored"), [vec!["--package", APART], vec!["--workspace", "--exclude", APART]]);
        assert_eq!(calls("-p l2face-hub"), [Vec::<&str>::new()]);
        assert_eq!(calls("--test model"), [vec!["--workspace"]]);
    }

    #[test]
    fn a_package_replaces_the_workspace() {
        let names = |line: &str| names_packages(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert!(names("-p l2face-head") && names("-pl2face-head") && names("--package=l2face-head"));
        assert!(!names("alpha -- --ignored") && !names("alpha -- -p"));
    }
}
