//! The workspace's crates as `cargo metadata` describes them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

/// Every crate of the workspace.
pub struct Workspace {
    /// In the order of `cargo metadata`.
    pub members: Vec<Member>,
}

/// One crate of the workspace.
pub struct Member {
    /// Its package name.
    pub name: String,
    /// The folder of its manifest.
    pub dir: PathBuf,
    /// Whether it may go to a registry.
    pub publish: bool,
    /// All that `cargo metadata` says of it.
    pub package: Value,
}

/// A dependency as the manifest declares it, optional ones included.
pub struct Dependency<'a> {
    /// The package's name.
    pub name: &'a str,
    /// Whether tests, examples and benches alone use it.
    pub dev: bool,
}

impl Workspace {
    /// Reads the output of `cargo metadata --no-deps`.
    pub fn parse(metadata: &Value) -> Result<Self> {
        let packages = metadata["packages"].as_array();
        let packages = packages.context("cargo metadata lists no packages")?;
        let members = packages.iter().map(Member::parse).collect::<Result<_>>()?;
        Ok(Self { members })
    }

    /// The crate of that name, if it is one of ours.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|m| m.name == name)
    }
}

impl Member {
    fn parse(package: &Value) -> Result<Self> {
        let text = |key: &str| package[key].as_str().with_context(|| format!("package without {key}"));
        let manifest = Path::new(text("manifest_path")?);
        Ok(Self {
            name: text("name")?.to_owned(),
            dir: manifest.parent().unwrap_or(manifest).to_path_buf(),
            publish: package["publish"].is_null(),
            package: package.clone(),
        })
    }

    /// What its manifest declares.
    pub fn dependencies(&self) -> impl Iterator<Item = Dependency<'_>> {
        let list = self.package["dependencies"].as_array().into_iter().flatten();
        list.filter_map(|d| Some(Dependency { name: d["name"].as_str()?, dev: d["kind"] == "dev" }))
    }

    /// What a feature turns on; `None` if there is no such feature.
    pub fn feature(&self, name: &str) -> Option<Vec<&str>> {
        let list = self.package["features"][name].as_array()?;
        Some(list.iter().filter_map(Value::as_str).collect())
    }
}

#[cfg(test)]
impl Member {
    /// A crate for a test.
    pub fn made_up(name: &str, package: Value) -> Self {
        Self { name: name.into(), dir: PathBuf::from(name), publish: true, package }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_read() {
        let metadata = serde_json::json!({"packages": [{
            "name": "a", "manifest_path": "/w/a/Cargo.toml", "publish": [],
            "dependencies": [{"name": "b", "kind": null}, {"name": "c", "kind": "dev"}],
            "features": {"cuda": ["b/cuda"]}}]});
        let workspace = Workspace::parse(&metadata).unwrap();
        let a = workspace.member("a").unwrap();
        assert!(!a.publish);
        assert_eq!(a.dir, Path::new("/w/a"));
        let names: Vec<_> = a.dependencies().map(|d| (d.name, d.dev)).collect();
        assert_eq!(names, [("b", false), ("c", true)]);
        assert_eq!(a.feature("cuda"), Some(vec!["b/cuda"]));
        assert_eq!(a.feature("metal"), None);
    }

    #[test]
    fn metadata_without_packages_is_an_error() {
        assert!(Workspace::parse(&serde_json::json!({})).is_err());
    }
}
