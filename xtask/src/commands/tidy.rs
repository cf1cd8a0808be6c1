//! `cargo xtask tidy`: the rules of docs/architecture.md that a compiler does not check.

use std::process::ExitCode;

use anyhow::Result;

use crate::{cargo, tidy};

/// Prints every finding; any finding is a failure.
pub fn run() -> Result<ExitCode> {
    let findings = tidy::check(&cargo::root(), &cargo::metadata()?)?;
    for finding in &findings {
        println!("{finding}");
    }
    Ok(match findings.len() {
        0 => {
            println!("tidy: nothing to say");
            ExitCode::SUCCESS
        }
        n => {
            println!("tidy: {n} finding(s)");
            ExitCode::FAILURE
        }
    })
}
