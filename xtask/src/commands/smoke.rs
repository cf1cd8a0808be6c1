//! The smoke run: the main job in its quick form, twice into one folder.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{ensure, Context, Result};

use crate::cargo;

/// What a finished run leaves.
const RESULTS: [&str; 3] = ["results.json", "report.md", "report.html"];
/// A run that finds itself complete only reads what is there.
const SECOND_RUN: Duration = Duration::from_secs(30);

/// Runs `reproduce ijba --quick` from nothing, then again on its own results.
pub fn run() -> Result<()> {
    let out = cargo::target_dir()?.join("smoke");
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("could not clear {}", out.display()))?;
    }
    quick(&out)?;
    for name in RESULTS {
        let bytes = fs::metadata(out.join(name)).map_or(0, |m| m.len());
        ensure!(bytes > 0, "the run left no {name} in {}", out.display());
    }
    let first = results(&out)?;
    let start = Instant::now();
    quick(&out)?;
    let took = start.elapsed();
    ensure!(took < SECOND_RUN, "a finished run took {took:.1?} to see that it is finished");
    ensure!(first == results(&out)?, "the second run changed results.json");
    Ok(())
}

fn quick(out: &Path) -> Result<()> {
    println!("cargo xtask reproduce ijba --quick --out {}", out.display());
    let mut command = cargo::cargo("run");
    command.args(["--release", "--package", "l2face-experiments", "--bin", "ijba", "--"]);
    cargo::check(command.arg("--quick").arg("--out").arg(out)).context("the quick run failed")
}

fn results(out: &Path) -> Result<String> {
    let path = out.join("results.json");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let parsed = serde_json::from_str::<serde_json::Value>(&text);
    parsed.with_context(|| format!("{} is not JSON", path.display()))?;
    Ok(text)
}
