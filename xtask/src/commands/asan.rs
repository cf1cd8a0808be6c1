//! `cargo xtask asan`: the tests of the kernels under AddressSanitizer.
//!
//! The sanitizer is not stable in Rust: it takes a nightly toolchain. Random tests run fewer cases, as everything is many times slower.

use std::process::Command;

use anyhow::{ensure, Context, Result};

use crate::cargo;

/// The crate with `unsafe` in it.
const PACKAGE: &str = "l2face-ops";
/// Cases of each random test.
const CASES: &str = "40";

/// Builds and runs the tests of the kernels in a target folder of their own.
pub fn run() -> Result<()> {
    let host = host()?;
    let target = cargo::target_dir()?.join("asan");
    let mut command = Command::new("cargo");
    command.args(["+nightly", "test", "--release", "--package", PACKAGE, "--lib", "--tests", "--target", &host]);
    command.arg("--manifest-path").arg(cargo::root().join("Cargo.toml")).arg("--target-dir").arg(target);
    // What cargo sets for this process would choose its toolchain for that one.
    for name in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(name);
    }
    command.env("RUSTFLAGS", "-Zsanitizer=address").env("PROPTEST_CASES", CASES);
    cargo::check(&mut command).context("the kernels do not pass under AddressSanitizer")?;
    println!("asan: the tests of {PACKAGE} pass under AddressSanitizer");
    Ok(())
}

/// The nightly compiler's own target.
fn host() -> Result<String> {
    let mut rustc = Command::new("rustc");
    rustc.args(["+nightly", "--version", "--verbose"]).env_remove("RUSTUP_TOOLCHAIN");
    let text = cargo::output(&mut rustc).context("asan needs a nightly compiler: rustup toolchain install nightly")?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let known =
        ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "x86_64-apple-darwin", "aarch64-apple-darwin"];
    ensure!(known.contains(&host), "AddressSanitizer is not to be had for {host}, only for {}", known.join(", "));
    Ok(host.to_owned())
}
