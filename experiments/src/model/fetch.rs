//! Where a network lies: a path of this machine, or a place on the Hub.
use anyhow::Result;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// How a place on the Hub begins; a file of that name is `./hf:..`.
const HUB: &str = "hf:";

/// What this process has fetched: one place is one commit from its first use on.
static FETCHED: Mutex<Option<HashMap<String, PathBuf>>> = Mutex::new(None);

/// The file or the model folder on this machine.
///
/// # Errors
/// A place that cannot be fetched.
pub fn local(path: &Path) -> Result<PathBuf> {
    let Some(place) = path.to_str().filter(|text| text.starts_with(HUB)) else { return Ok(path.into()) };
    let mut fetched = FETCHED.lock().map_err(|e| anyhow::anyhow!("{e}"))?;
    let known = fetched.get_or_insert_with(HashMap::new);
    if let Some(path) = known.get(place) {
        return Ok(path.clone());
    }
    let path = from_hub(place)?;
    known.insert(place.into(), path.clone());
    Ok(path)
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
