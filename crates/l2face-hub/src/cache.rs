//! The folder with what was fetched, laid out as huggingface_hub (Python) does: `models--OWNER--NAME/` with `blobs/ETAG`,
//! `snapshots/COMMIT/FILE` (a link to a blob) and `refs/REVISION` (a file that holds a commit).
use crate::choose::{choose, Choice, USUAL};
use crate::error::HubError;
use crate::fetched::Fetched;
use crate::names::is_commit;
use crate::place::Place;
use crate::sound;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The deepest folder of a snapshot that is looked into.
const DEEPEST: usize = 8;
/// A file that holds a commit is no longer than this.
const LONGEST_REF: u64 = 100;

/// One cache.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    fn repository(&self, place: &Place) -> PathBuf {
        self.root.join(format!("models--{}--{}", place.owner(), place.name()))
    }

    /// Where contents of that name lie; the name is hexadecimal.
    pub(crate) fn blob(&self, place: &Place, etag: &str) -> PathBuf {
        self.repository(place).join("blobs").join(etag)
    }

    fn snapshot(&self, place: &Place, commit: &str) -> PathBuf {
        self.repository(place).join("snapshots").join(commit)
    }

    /// The file of a commit, if it is there.
    pub(crate) fn found(&self, place: &Place, commit: &str, file: &str) -> Option<Fetched> {
        let path = self.snapshot(place, commit).join(file);
        let held = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
        let (file, revision) = (file.into(), commit.into());
        Some(Fetched { path, file, revision, size: held.len(), from_cache: true, note: None })
    }

    /// What needs no request: a file of a commit, whose contents never change.
    pub(crate) fn pinned(&self, place: &Place) -> Result<Option<Fetched>, HubError> {
        let commit = place.is_pinned().then(|| place.revision());
        sound(commit.and_then(|commit| self.found(place, commit, place.file().unwrap_or(USUAL))))
    }

    /// What the revision last was.
    pub(crate) fn latest(&self, place: &Place) -> Result<Option<Fetched>, HubError> {
        sound(self.last(place))
    }

    fn last(&self, place: &Place) -> Option<Fetched> {
        let commit = match place.is_pinned() {
            true => place.revision().to_owned(),
            false => self.commit(place)?,
        };
        let file = match place.file() {
            Some(file) => file.to_owned(),
            None => match choose(&files(&self.snapshot(place, &commit))) {
                Choice::One(file) => file,
                Choice::Open(_) => return None,
            },
        };
        self.found(place, &commit, &file)
    }

    fn reference(&self, place: &Place) -> PathBuf {
        self.repository(place).join("refs").join(place.revision())
    }

    fn commit(&self, place: &Place) -> Option<String> {
        let path = self.reference(place);
        fs::metadata(&path).ok().filter(|held| held.len() <= LONGEST_REF)?;
        let text = fs::read_to_string(path).ok()?;
        Some(text.trim().to_owned()).filter(|commit| is_commit(commit))
    }

    /// Notes which commit a branch or tag is.
    pub(crate) fn remember(&self, place: &Place, commit: &str) -> Result<(), HubError> {
        if place.is_pinned() || self.commit(place).as_deref() == Some(commit) {
            return Ok(());
        }
        let path = self.reference(place);
        let write = || {
            let mut file = new_file(folder_of(&path)?)?;
            file.write_all(commit.as_bytes())?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(HubError::cache(&path))
    }

    /// An empty file beside the blobs, which disappears unless [`Cache::keep`] gives it its name.
    pub(crate) fn receive(&self, place: &Place, etag: &str) -> Result<NamedTempFile, HubError> {
        let blob = self.blob(place, etag);
        folder_of(&blob).and_then(new_file).map_err(HubError::cache(&blob))
    }

    /// Gives what was received its name, whole.
    pub(crate) fn keep(&self, place: &Place, etag: &str, received: NamedTempFile) -> Result<(), HubError> {
        let blob = self.blob(place, etag);
        let keep = || {
            received.as_file().sync_all()?;
            received.persist(&blob)?;
            Ok(())
        };
        keep().map_err(HubError::cache(&blob))
    }

    /// Makes a file of a commit out of a blob.
    pub(crate) fn link(&self, place: &Place, commit: &str, file: &str, etag: &str) -> Result<(), HubError> {
        let path = self.snapshot(place, commit).join(file);
        let up = "../".repeat(file.matches('/').count() + 2);
        let link = || {
            let folder = folder_of(&path)?;
            let new = tempfile::Builder::new()
                .prefix(".link")
                .make_in(folder, |new| point(new, Path::new(&format!("{up}blobs/{etag}")), &self.blob(place, etag)))?;
            new.into_temp_path().persist(&path)?;
            Ok(())
        };
        link().map_err(HubError::cache(&path))
    }
}

/// No server is asked about it: the name of its blob has to be that of its contents.
fn sound(found: Option<Fetched>) -> Result<Option<Fetched>, HubError> {
    found.as_ref().map_or(Ok(()), |found| sound::check(&found.path))?;
    Ok(found)
}

/// The folder of a file, made if it is not there.
fn folder_of(path: &Path) -> io::Result<&Path> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    Ok(folder)
}

/// A temporary file that others may read, as far as the user's mask allows.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".l2face-").suffix(".incomplete");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(unix)]
fn point(new: &Path, relative: &Path, _: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(relative, new)
}

/// Links need a privilege elsewhere.
#[cfg(not(unix))]
fn point(new: &Path, _: &Path, blob: &Path) -> io::Result<()> {
    fs::copy(blob, new).map(|_| ())
}

/// The files of a snapshot, by their paths in the repository.
fn files(snapshot: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![(snapshot.to_path_buf(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.path().is_dir() {
                true if depth < DEEPEST => folders.push((entry.path(), format!("{name}/"), depth + 1)),
                true => {}
                false => found.push(name),
            }
        }
    }
    found
}
