//! Where an image is on disk.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use super::Face;
use crate::EvalError;

/// How many absent images an error names.
const NAMED: usize = 5;

/// Finds files whatever the letter case of their extension and whether the folder of frames is `frame` or `frames`.
pub(super) struct ImageFinder {
    root: PathBuf,
    /// Per folder: name with its extension in lower case -> name on disk.
    folders: HashMap<PathBuf, BTreeMap<PathBuf, OsString>>,
}

impl ImageFinder {
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), folders: HashMap::new() }
    }

    /// The file's path, as written where nothing on disk answers to it; `None` if it is no plain relative path.
    pub fn find(&mut self, file: &str) -> Option<PathBuf> {
        let relative = plain_relative(file)?;
        let spellings = [Some(relative.to_owned()), other_spelling(relative)];
        let found = spellings.into_iter().flatten().find_map(|s| self.on_disk(&s));
        Some(found.unwrap_or_else(|| self.root.join(relative)))
    }

    fn on_disk(&mut self, relative: &Path) -> Option<PathBuf> {
        let path = self.root.join(relative);
        let (folder, name) = (path.parent()?.to_owned(), path.file_name()?.to_owned());
        let names = self.folders.entry(folder.clone()).or_insert_with_key(|folder| list(folder));
        match names.get(&lower_extension(Path::new(&name))) {
            Some(on_disk) if *on_disk != name && folder.join(&name).is_file() => Some(folder.join(name)),
            Some(on_disk) => Some(folder.join(on_disk)),
            None => None,
        }
    }
}

/// The path if it is relative and goes nowhere but down.
pub(crate) fn plain_relative(file: &str) -> Option<&Path> {
    let plain = !file.is_empty() && Path::new(file).components().all(|c| matches!(c, Component::Normal(_)));
    (plain && !file.contains('\0')).then_some(Path::new(file))
}

/// `frame/..` for `frames/..` and the reverse.
fn other_spelling(relative: &Path) -> Option<PathBuf> {
    let swap = |from: &str, to: &str| relative.strip_prefix(from).ok().map(|rest| Path::new(to).join(rest));
    swap("frame", "frames").or_else(|| swap("frames", "frame"))
}

fn lower_extension(name: &Path) -> PathBuf {
    match name.extension() {
        Some(ext) => name.with_extension(ext.to_ascii_lowercase()),
        None => name.to_owned(),
    }
}

/// The names in a folder; where two differ only in the extension's case, the last in byte order. Empty if unreadable.
fn list(folder: &Path) -> BTreeMap<PathBuf, OsString> {
    let mut names: Vec<OsString> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
    names.sort_unstable();
    names.into_iter().map(|name| (lower_extension(Path::new(&name)), name)).collect()
}

/// Fails if any face's image is absent.
pub(crate) fn check(root: &Path, faces: &[Face], advice: &'static str) -> Result<(), EvalError> {
    let mut seen = HashSet::new();
    let images: Vec<&Face> = faces.iter().filter(|f| seen.insert(&f.path)).collect();
    let absent: Vec<&&Face> = images.iter().filter(|f| !f.path.is_file()).collect();
    if absent.is_empty() {
        return Ok(());
    }
    let named: Vec<_> = absent.iter().take(NAMED).map(|f| format!("{} ({})", f.file, f.at)).collect();
    Err(EvalError::MissingImages {
        count: absent.len(),
        total: images.len(),
        first: named.join(", "),
        root: root.to_owned(),
        advice,
    })
}
