//! Numbers that stand beside the file: in its own folder, or where a cache of the Hub keeps that folder's contents, and nowhere else.
use crate::proto::Entry;
use candle_core::{bail, Error, Result};
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

/// The files beside a network.
pub(crate) struct Beside<'a> {
    folder: Option<&'a Path>,
    /// Bytes taken from each file so far.
    taken: HashMap<PathBuf, u64>,
}

impl<'a> Beside<'a> {
    /// `folder`: where they may stand; none: nowhere.
    pub fn new(folder: Option<&'a Path>) -> Self {
        Self { folder, taken: HashMap::new() }
    }

    /// All constants together take no more of a file than it has: else a small file, named a thousand times, would fill the memory.
    fn take(&mut self, path: PathBuf, location: &str, size: u64, held: u64) -> Result<()> {
        let taken = self.taken.entry(path).or_default();
        *taken = taken.saturating_add(size);
        match *taken <= held {
            true => Ok(()),
            false => bail!("{taken} bytes would be taken from {location}, which has {held}: constants that share bytes are refused"),
        }
    }
}

/// `size` bytes from the place that the entries name.
pub(crate) fn read(entries: &[Entry], beside: &mut Beside<'_>, size: usize) -> Result<Vec<u8>> {
    let value = |key: &str| entries.iter().find(|e| e.key.as_deref() == Some(key)).and_then(|e| e.value.as_deref());
    let Some(location) = value("location") else { bail!("stands in another file, which is not named") };
    let number = |key: &str| match value(key).map(str::parse::<u64>) {
        None => Ok(None),
        Some(Ok(number)) => Ok(Some(number)),
        Some(Err(_)) => bail!("the {key} in {location} is not a number"),
    };
    let offset = number("offset")?.unwrap_or(0);
    if number("length")?.is_some_and(|length| length != size as u64) {
        bail!("takes {size} bytes, but another length is given for {location}");
    }
    let path = inside(location, beside.folder)?;
    let mut file = File::open(&path).map_err(|e| Error::msg(format!("{location}: {e}")))?;
    let held = file.metadata()?.len();
    if offset.checked_add(size as u64).is_none_or(|end| end > held) {
        bail!("takes {size} bytes from {offset} on, but {location} has {held}: truncated");
    }
    beside.take(path, location, size as u64, held)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(size as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The file, if it lies in the folder, links followed.
fn inside(location: &str, folder: Option<&Path>) -> Result<PathBuf> {
    let Some(folder) = folder else {
        bail!("stands in {location}, but a network without a folder can have no other files")
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let plain = Path::new(location).components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    let resolve = |path: &Path| path.canonicalize().map_err(|e| Error::msg(format!("{location}: {e}")));
    let found = if plain { Some(resolve(&folder.join(location))?) } else { None };
    let own = |found: &PathBuf| {
        resolve(folder)
            .is_ok_and(|folder| found.starts_with(&folder) || blobs(&folder).is_some_and(|b| found.starts_with(b)))
    };
    match found.filter(own) {
        Some(found) => Ok(found),
        None => bail!("stands in {location}, outside the network's own folder: refused"),
    }
}

/// Where a cache of the Hub keeps the contents of a repository whose snapshot this folder is, or is in: the files there are links
/// from `models--OWNER--NAME/snapshots/COMMIT` to `models--OWNER--NAME/blobs`.
fn blobs(folder: &Path) -> Option<PathBuf> {
    let snapshot = folder.ancestors().find(|f| f.parent().is_some_and(|f| f.ends_with("snapshots")))?;
    let repository = snapshot.parent()?.parent()?;
    let name = repository.file_name()?.to_str()?;
    name.starts_with("models--").then(|| repository.join("blobs"))
}
