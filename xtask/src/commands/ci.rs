//! `cargo xtask ci`: what a change has to pass. Cheap steps first, the tests last, so that cargo's own result lines
//! end the log.

use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{ensure, Context, Result};

use super::{package_check, peers, smoke, test, tidy};
use crate::cargo;

type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 8] = [
    ("format", format),
    ("tidy", || succeeded(tidy::run()?)),
    ("clippy", clippy),
    ("doc", doc),
    ("package lists", || succeeded(package_check::run()?)),
    ("smoke run", smoke::run),
    ("peers", || peers::run(Vec::new())),
    ("test", || succeeded(test::run(Vec::new())?)),
];

/// Runs every step, with its name and its seconds; stops at the first that fails.
pub fn run() -> Result<ExitCode> {
    let start = Instant::now();
    for (number, (name, step)) in STEPS.iter().enumerate() {
        println!("\n== {}/{} {name}", number + 1, STEPS.len());
        let step_start = Instant::now();
        step().with_context(|| format!("ci stops at step `{name}`"))?;
        println!("== {name}: ok, {:.1} s", step_start.elapsed().as_secs_f64());
    }
    println!("\nci: {} steps passed in {:.0} s", STEPS.len(), start.elapsed().as_secs_f64());
    Ok(ExitCode::SUCCESS)
}

fn succeeded(code: ExitCode) -> Result<()> {
    ensure!(code == ExitCode::SUCCESS, "failed, see above");
    Ok(())
}

fn format() -> Result<()> {
    shown(cargo::cargo("fmt").args(["--all", "--check"]))
}

fn clippy() -> Result<()> {
    // With the download, so that it is checked somewhere; l2face-hub itself is a member and built anyway.
    let what = ["--workspace", "--all-targets", "--features", "l2face-experiments/hub", "--release"];
    shown(cargo::cargo("clippy").args(what).args(["--", "-D", "warnings"]))
}

fn doc() -> Result<()> {
    let mut command = cargo::cargo("doc");
    command.args(["--workspace", "--no-deps", "--release"]);
    shown(command.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Runs a cargo command under its own name, so that a reader of the log can repeat it.
fn shown(command: &mut Command) -> Result<()> {
    let words: Vec<_> = command.get_args().map(|a| a.to_string_lossy()).collect();
    let without_manifest = [&words[..1], &words[3..]].concat();
    println!("cargo {}", without_manifest.join(" "));
    cargo::check(command)
}
