//! `cargo xtask package-check`: what `cargo package` would ship, crate by crate.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::cargo;
use crate::tidy::workspace::{Member, Workspace};

/// No file of a source package is larger than this.
const MAX_BYTES: u64 = 300 * 1024;
/// A picture or data file in a package is a small test fixture.
const MAX_FIXTURE_BYTES: u64 = 16 * 1024;
const FOLDERS: [&str; 4] = ["src/", "tests/", "examples/", "benches/"];
const FILES: [&str; 8] = [
    ".cargo_vcs_info.json", // written by cargo
    "Cargo.lock",
    "Cargo.toml",
    "Cargo.toml.orig",
    "README.md",
    "CHANGELOG.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
];
const PICTURES_AND_DATA: [&str; 14] =
    ["bin", "bmp", "gif", "gz", "idx", "jpeg", "jpg", "npy", "png", "rec", "safetensors", "tar", "webp", "zip"];

/// Lists every crate's package and prints what does not belong; any finding is a failure.
pub fn run() -> Result<ExitCode> {
    let workspace = Workspace::parse(&cargo::metadata()?)?;
    let mut findings = Vec::new();
    for member in workspace.members.iter().filter(|m| m.publish) {
        let mut list = cargo::cargo("package");
        let files = cargo::output(list.args(["--list", "--allow-dirty", "--package", &member.name]))?;
        println!("{}: {} files", member.name, files.lines().count());
        findings.extend(metadata_findings(member));
        findings.extend(files.lines().filter_map(|file| file_finding(member, file)));
    }
    for finding in &findings {
        println!("{finding}");
    }
    println!("package-check: {} finding(s)", findings.len());
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A registry wants these fields.
fn metadata_findings(member: &Member) -> Vec<String> {
    let fields = ["description", "license", "repository", "readme"];
    fields
        .iter()
        .filter(|field| member.package[**field].as_str().is_none_or(str::is_empty))
        .map(|field| format!("{}: Cargo.toml has no `{field}`", member.name))
        .collect()
}

fn file_finding(member: &Member, file: &str) -> Option<String> {
    let bytes = std::fs::metadata(member.dir.join(file)).map_or(0, |m| m.len());
    objection(file, bytes).map(|why| format!("{}: {file}: {why}", member.name))
}

/// Why a file does not belong into a package.
fn objection(file: &str, bytes: u64) -> Option<String> {
    if !FILES.contains(&file) && !FOLDERS.iter().any(|folder| file.starts_with(folder)) {
        return Some("is not source, test, example, licence or README".into());
    }
    let extension = Path::new(file).extension().and_then(|e| e.to_str()).unwrap_or("").to_lowercase();
    if PICTURES_AND_DATA.contains(&extension.as_str()) {
        if !file.starts_with("tests/") {
            return Some("is a picture or data outside tests/".into());
        }
        let too_large = || format!("is a fixture of {bytes} bytes, at most {MAX_FIXTURE_BYTES}");
        return (bytes > MAX_FIXTURE_BYTES).then(too_large);
    }
    (bytes > MAX_BYTES).then(|| format!("has {bytes} bytes, at most {MAX_BYTES}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_and_small_fixtures_pass() {
        for file in ["src/lib.rs", "tests/a/b.rs", "README.md", "Cargo.toml.orig", "LICENSE-MIT"] {
            assert_eq!(objection(file, 5_000), None, "{file}");
        }
        assert_eq!(objection("tests/fixtures/face.png", 4_000), None);
    }

    #[test]
    fn what_does_not_belong_is_refused() {
        assert!(objection("notes.txt", 10).is_some());
        assert!(objection("runs/a/metrics.jsonl", 10).is_some());
        assert!(objection("src/tables.rs", MAX_BYTES + 1).is_some());
        assert!(objection("tests/photo.JPG", MAX_FIXTURE_BYTES + 1).is_some());
        assert!(objection("src/weights.safetensors", 10).is_some());
    }

    #[test]
    fn a_missing_field_is_named() {
        let package = serde_json::json!({"description": "d", "license": "MIT", "repository": "r", "readme": null});
        let member = Member::made_up("l2face-x", package);
        assert_eq!(metadata_findings(&member), ["l2face-x: Cargo.toml has no `readme`"]);
    }
}
