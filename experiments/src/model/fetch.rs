//! Where a network lies: a path of this machine, or a place on the Hub.
use anyhow::Result;
use std::path::{Path, PathBuf};

/// The file on this machine.
pub fn local(path: &Path) -> Result<PathBuf> {
    Ok(path.into())
}
