//! From a file to a folder, which appears whole or not at all.
use anyhow::{bail, Result};
use l2face_eval::{unpack_bin, VerificationBin};
use l2face_model::Staged;
use std::path::Path;

pub(super) fn unpack(file: &Path, dir: &Path) -> Result<String> {
    let free = !dir.exists() || dir.is_dir() && dir.read_dir()?.next().is_none();
    if !free || dir.is_symlink() {
        bail!("{} exists: name another folder", dir.display());
    }
    let bin = VerificationBin::open(file)?;
    let staged = Staged::new(dir, false)?;
    unpack_bin(&bin, staged.path())?;
    staged.publish()?;
    let (pairs, same) = (bin.same().len(), bin.same().iter().filter(|same| **same).count());
    Ok(format!("{}: {} images of {pairs} pairs, {same} of one person, and pairs.csv\n", dir.display(), bin.images()))
}
