//! Writing a file whole or not at all, with its name in the error.

use anyhow::{Context, Result};
use std::path::Path;

/// Replaces `path` by `bytes`, atomically.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    l2face_train::write_atomic(path, bytes)
        .with_context(|| format!("cannot write {}: make room, or choose another --out", path.display()))
}

/// Makes a folder and those above it.
pub fn folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).with_context(|| format!("cannot make {}: choose another --out", path.display()))
}
