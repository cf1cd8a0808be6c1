//! The rules of docs/architecture.md that a compiler does not check. Each rule is a function from plain inputs to a
//! list of findings, one line each, that say where and what to do.

mod features;
mod layers;
mod lock;
mod manifests;
mod places;
mod rust_code;
mod sources;
pub mod workspace;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::cargo;
use workspace::Workspace;

/// All findings over the tree at `root`.
pub fn check(root: &Path, metadata: &Value) -> Result<Vec<String>> {
    let workspace = Workspace::parse(metadata)?;
    let lock_text = read(&root.join("Cargo.lock"))?;
    let graph = lock::Graph::parse(&lock_text);
    let mut findings = layers::check(&workspace, &graph);
    findings.extend(features::check(&workspace));
    findings.extend(lock::foreign_sources(&lock_text));
    for member in &workspace.members {
        let manifest = read(&member.dir.join("Cargo.toml"))?;
        findings.extend(manifests::check(&member.name, &manifest));
        findings.extend(manifests::readme(member));
    }
    let tests_only = sources::test_modules(root, &workspace)?;
    for file in tracked(root)? {
        let name = file.to_string_lossy().replace('\\', "/");
        let Ok(text) = std::fs::read_to_string(root.join(&file)) else {
            continue; // a picture, or a file deleted but still in the index
        };
        findings.extend(places::check(root, &name, &text));
        if name.ends_with(".rs") {
            findings.extend(sources::check(&name, &text, &tests_only));
        }
    }
    Ok(findings)
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

/// Files that git tracks or would track: ignored build products are not looked at.
fn tracked(root: &Path) -> Result<Vec<PathBuf>> {
    let mut git = Command::new("git");
    git.current_dir(root).args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
    let list = cargo::output(&mut git).context("tidy reads the list of files from git")?;
    Ok(list.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect())
}
