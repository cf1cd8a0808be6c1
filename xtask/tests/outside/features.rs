//! Lets an outside project use what the workspace has built.
//!
//! Cargo shares a compiled dependency between two projects if version and features agree. A project with one dependency
//! asks for a few features less (`syn` without `full`, say), and these few make it compile everything above them again:
//! minutes. So the scratch workspace gets a second package that asks for the missing features. The package under test
//! stays as its user would write it.

use std::collections::{BTreeMap, BTreeSet};

/// Package, as in `serde v1.0.0`, to its features; read from `cargo tree --prefix none --format "{p}|{f}"`.
pub type Features = BTreeMap<String, BTreeSet<String>>;

/// Reads the lines of `cargo tree`.
pub fn parse(tree: &str) -> Features {
    let mut all = Features::new();
    for (package, features) in tree.lines().filter_map(|line| line.split_once('|')) {
        let name: Vec<_> = package.split(' ').take(2).collect();
        let features = features.trim_end_matches("(*)").trim().split(',');
        let features = features.filter(|f| !f.is_empty()).map(str::to_owned);
        all.entry(name.join(" ")).or_default().extend(features);
    }
    all
}

/// The manifest of the second package. `normal` are the user's dependencies, `all` these and what compiles for the
/// compiler itself (macros and build scripts), `workspace` what the workspace was built with.
pub fn manifest(normal: &Features, all: &Features, workspace: &Features) -> String {
    let host = all.keys().filter(|package| !normal.contains_key(*package));
    format!(
        "[package]\nname = \"same-features\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
         [dependencies]\n{}\n[build-dependencies]\n{}",
        entries(normal.keys(), all, workspace),
        entries(host, all, workspace)
    )
}

fn entries<'a>(packages: impl Iterator<Item = &'a String>, own: &Features, workspace: &Features) -> String {
    let mut lines = String::new();
    for package in packages {
        let Some((name, version)) = package.split_once(" v") else {
            continue;
        };
        let Some(wanted) = workspace.get(package).filter(|f| **f != own[package]) else {
            continue;
        };
        let list: Vec<_> = wanted.iter().collect();
        let key = format!("same-{name}-{}", version.replace(['.', '+'], "-"));
        lines += &format!(
            "{key} = {{ package = {name:?}, version = \"={version}\", default-features = false, features = {list:?} }}\n"
        );
    }
    lines
}

#[test]
fn only_what_differs_is_asked_for() {
    let own = parse("user v0.1.0 (/u)|\nserde v1.0.2|std\nsyn v3.0.1|derive\nrand v0.9.0|std (*)\n");
    let normal = parse("user v0.1.0 (/u)|\nserde v1.0.2|std\nrand v0.9.0|std\n");
    let workspace = parse("serde v1.0.2|default,std\nsyn v3.0.1 (*)|derive,full\nrand v0.9.0|std\n");
    let manifest = manifest(&normal, &own, &workspace);
    let (normal, build) = manifest.split_once("[build-dependencies]").unwrap();
    assert!(normal.contains("package = \"serde\", version = \"=1.0.2\""), "{normal}");
    assert!(normal.contains("features = [\"default\", \"std\"]"), "{normal}");
    assert!(build.contains("package = \"syn\"") && !build.contains("serde"), "{build}");
    assert!(!manifest.contains("rand"), "{manifest}");
}
