//! A folder that appears whole or not at all.
use crate::error::{ModelError, Result};
use crate::folder::is_model_folder;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The name of a model that was set aside.
const OLD: &str = "old";

/// A folder in the making, beside where it will stand; removed unless it is [published](Staged::publish).
#[derive(Debug)]
pub struct Staged {
    out: PathBuf,
    folder: TempDir,
}

impl Staged {
    /// Begins a folder that will become `out`.
    ///
    /// # Errors
    /// An `out` that exists, unless it is empty, or `replace` is set and it is a model folder: nothing else is ever removed.
    pub fn new(out: &Path, replace: bool) -> Result<Self> {
        match state(out)? {
            State::Free => {}
            State::Model if replace => {}
            State::Model => {
                return Err(ModelError::file(
                    out,
                    "a model folder is there already: name another, or replace it (--force)",
                ))
            }
            State::Other => return Err(ModelError::file(out, "exists and is no model folder: name another")),
        }
        let parent = match out.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(ModelError::io(parent))?;
        let folder = readable(tempfile::Builder::new().prefix(".tmp-model")).tempdir_in(parent);
        Ok(Self { out: out.into(), folder: folder.map_err(ModelError::io(parent))? })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Syncs every file and gives the folder its name.
    ///
    /// # Errors
    /// A file system that fails; then `out` is what it was, or the error says where the old model is kept.
    pub fn publish(self) -> Result<()> {
        let Self { out, folder } = self;
        sync(folder.path())?;
        let old = fs::symlink_metadata(&out).is_ok().then(|| set_aside(&out)).transpose()?;
        if let Err(source) = fs::rename(folder.path(), &out) {
            old.map_or(Ok(()), |old| put_back(old, &out, &source))?;
            return Err(ModelError::Io { path: out, source });
        }
        // It has another name now: there is nothing left to remove.
        let _ = folder.keep();
        Ok(())
    }
}

enum State {
    Free,
    Model,
    Other,
}

fn state(out: &Path) -> Result<State> {
    if fs::symlink_metadata(out).is_err() {
        return Ok(State::Free);
    }
    if fs::symlink_metadata(out).is_ok_and(|kind| !kind.is_dir()) {
        return Ok(State::Other);
    }
    let empty = fs::read_dir(out).map_err(ModelError::io(out))?.next().is_none();
    Ok(match (empty, is_model_folder(out)) {
        (true, _) => State::Free,
        (false, true) => State::Model,
        (false, false) => State::Other,
    })
}

/// Moves what stands at `out` into a folder of its own beside it, which is removed at the end.
fn set_aside(out: &Path) -> Result<TempDir> {
    let parent = out.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    let aside = tempfile::Builder::new().prefix(".tmp-model").tempdir_in(parent).map_err(ModelError::io(parent))?;
    fs::rename(out, aside.path().join(OLD)).map_err(ModelError::io(out))?;
    Ok(aside)
}

/// The old model at its place again; where that fails, it stays in the folder beside it.
fn put_back(aside: TempDir, out: &Path, why: &std::io::Error) -> Result<()> {
    let Err(error) = fs::rename(aside.path().join(OLD), out) else { return Ok(()) };
    let kept = aside.keep().join(OLD);
    let why = format!("the model of before is kept in {}: the new one could not take its place ({why}), nor could it be put back ({error})", kept.display());
    Err(ModelError::file(out, why))
}

fn sync(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(ModelError::io(folder))? {
        let path = entry.map_err(ModelError::io(folder))?.path();
        match path.is_dir() {
            true => sync(&path)?,
            false => File::open(&path).and_then(|file| file.sync_all()).map_err(ModelError::io(&path))?,
        }
    }
    Ok(())
}

/// Temporary folders are private to their owner; a result is not (the umask still applies).
fn readable<'b, 'p, 's>(builder: &'b mut tempfile::Builder<'p, 's>) -> &'b mut tempfile::Builder<'p, 's> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_cannot_be_put_back_is_kept() {
        let parent = tempfile::tempdir().expect("a folder");
        let out = parent.path().join("model");
        fs::create_dir(&out).and_then(|()| fs::write(out.join("weights"), "old")).expect("a folder");
        let aside = set_aside(&out).expect("set aside");
        let kept = aside.path().join(OLD);
        // Somebody puts another folder there in between.
        fs::create_dir(&out).and_then(|()| fs::write(out.join("theirs"), "x")).expect("a folder");
        let error = put_back(aside, &out, &std::io::Error::other("the disk")).expect_err("no place").to_string();
        assert!(error.contains(&kept.display().to_string()) && error.contains("the disk"), "{error}");
        assert_eq!(fs::read_to_string(kept.join("weights")).expect("a file"), "old");
        assert!(out.join("theirs").is_file());
    }

    #[test]
    fn a_model_is_put_back() {
        let parent = tempfile::tempdir().expect("a folder");
        let out = parent.path().join("model");
        fs::create_dir(&out).and_then(|()| fs::write(out.join("weights"), "old")).expect("a folder");
        let aside = set_aside(&out).expect("set aside");
        assert!(!out.exists());
        put_back(aside, &out, &std::io::Error::other("the disk")).expect("put back");
        assert_eq!(fs::read_to_string(out.join("weights")).expect("a file"), "old");
        assert_eq!(fs::read_dir(parent.path()).expect("a folder").count(), 1, "nothing is left beside it");
    }
}
