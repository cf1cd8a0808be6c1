//! Where a network lies: a path of this machine, or a place on the Hub.
use anyhow::Result;
use std::path::{Path, PathBuf};

/// How a place on the Hub begins; a file of that name is `./hf:..`.
const HUB: &str = "hf:";

/// The file on this machine.
pub fn local(path: &Path) -> Result<PathBuf> {
    match path.to_str().filter(|text| text.starts_with(HUB)) {
        Some(place) => from_hub(place),
        None => Ok(path.into()),
    }
}

#[cfg(feature = "hub")]
fn from_hub(place: &str) -> Result<PathBuf> {
    super::hub::fetch(place)
}

#[cfg(not(feature = "hub"))]
fn from_hub(place: &str) -> Result<PathBuf> {
    anyhow::bail!("{place}: this program was built without the feature `hub`; `cargo xtask model` switches it on")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_paths() {
        for path in ["a.onnx", "./hf:a", "folder/hf:a/b"] {
            assert_eq!(local(Path::new(path)).expect("a path"), Path::new(path));
        }
    }

    #[test]
    #[cfg(not(feature = "hub"))]
    fn places_need_the_feature() {
        let error = local(Path::new("hf:o/n")).expect_err("no feature").to_string();
        assert!(error.contains("hf:o/n") && error.contains("cargo xtask model"), "{error}");
    }
}
