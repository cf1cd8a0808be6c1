//! Whether a file of the cache still has the contents that its blob is named by: where no server is asked, the name is the only witness.
use crate::error::HubError;
use crate::names::{is_commit, is_sha256};
use crate::verify::{of_file, Difference, Facts};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// A file as it was hashed: where it lies, its size, the time of its last change.
type Mark = (PathBuf, u64, Option<SystemTime>);

/// What was found sound since the program began: a file is hashed once, unless it changes.
static SOUND: Mutex<BTreeSet<Mark>> = Mutex::new(BTreeSet::new());

/// A link into the blobs is followed and its file hashed. What is no link (Python makes copies where there are none), or leads to another
/// name than a hash, is taken as it is.
///
/// # Errors
/// Other contents than the name says; a file that cannot be read.
pub(crate) fn check(path: &Path) -> Result<(), HubError> {
    let Some(etag) = name(path) else { return Ok(()) };
    let mark = mark(path).map_err(HubError::cache(path))?;
    if known().contains(&mark) {
        return Ok(());
    }
    let facts = Facts { etag, size: mark.1 };
    same(path, &facts)?;
    known().insert(mark);
    Ok(())
}

/// A file that has these contents, or the error that names the blob: nothing of the user's is removed.
pub(crate) fn same(path: &Path, facts: &Facts) -> Result<(), HubError> {
    match of_file(path, facts).map_err(HubError::cache(path))? {
        None => Ok(()),
        Some(Difference { got, wanted }) => {
            let path = fs::canonicalize(path).unwrap_or_else(|_| path.into());
            Err(HubError::Damaged { path, got, wanted })
        }
    }
}

/// Spares the next [`check`] of a file that was just compared with what the server announced.
pub(crate) fn remember(path: &Path) {
    if let Ok(mark) = mark(path) {
        known().insert(mark);
    }
}

fn known() -> MutexGuard<'static, BTreeSet<Mark>> {
    SOUND.lock().unwrap_or_else(PoisonError::into_inner)
}

fn mark(path: &Path) -> io::Result<Mark> {
    let held = fs::metadata(path)?;
    Ok((fs::canonicalize(path)?, held.len(), held.modified().ok()))
}

/// The hash that the link's end is called.
fn name(path: &Path) -> Option<String> {
    let target = fs::read_link(path).ok()?;
    let name = target.file_name()?.to_str()?;
    (is_sha256(name) || is_commit(name)).then(|| name.to_owned())
}
