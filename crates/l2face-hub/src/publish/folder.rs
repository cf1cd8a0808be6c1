//! The files of a folder, or why it is not fit to be published.
use super::cause::PublishCause;
use super::local::Local;
use crate::names::fault_of_file;
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

/// A model has a dozen.
const MOST_FILES: usize = 500;
/// Folders within folders.
const DEEPEST: usize = 8;
/// What systems and programs leave behind.
const LEFTOVERS: [&str; 5] = ["Thumbs.db", "desktop.ini", "__MACOSX", "__pycache__", "lost+found"];
const LEFTOVER_ENDINGS: [&str; 7] = ["~", ".tmp", ".part", ".incomplete", ".lock", ".swp", ".pyc"];

/// Reads every file below the folder, sorted by path; `progress(bytes so far, bytes in all)`.
pub(crate) fn read(folder: &Path, progress: &dyn Fn(u64, u64)) -> Result<Vec<Local>, PublishCause> {
    let mut found = list(folder)?;
    found.sort();
    let size = |path: &PathBuf| fs::metadata(path).map_or(0, |held| held.len());
    let all = found.iter().map(|(_, path)| size(path)).sum();
    let (mut files, mut done) = (Vec::with_capacity(found.len()), 0);
    for (path, disk) in found {
        progress(done, all);
        files.push(Local::read(path, disk)?);
        done = files.iter().map(|file| file.size).sum();
    }
    progress(done, all);
    Ok(files)
}

/// Paths in the repository and on disk.
fn list(folder: &Path) -> Result<Vec<(String, PathBuf)>, PublishCause> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), String::new(), 0)];
    while let Some((next, prefix, depth)) = folders.pop() {
        for entry in fs::read_dir(&next).map_err(PublishCause::reading(&next))? {
            let entry = entry.map_err(PublishCause::reading(&next))?;
            let (disk, kind) = (entry.path(), entry.file_type().map_err(PublishCause::reading(&next))?);
            let path = named(&disk, &prefix, kind)?;
            match kind.is_dir() {
                true if depth == DEEPEST => return Err(unfit(&disk, "lies more than 8 folders deep")),
                true => folders.push((disk, path + "/", depth + 1)),
                false => files.push((path, disk)),
            }
            if files.len() > MOST_FILES {
                return Err(unfit(folder, "has more than 500 files: that is not a model's folder"));
            }
        }
    }
    match files.is_empty() {
        true => Err(unfit(folder, "has no files")),
        false => Ok(files),
    }
}

/// The path in the repository of what may be published.
fn named(disk: &Path, prefix: &str, kind: FileType) -> Result<String, PublishCause> {
    let name = disk.file_name().unwrap_or_default().to_string_lossy();
    let path = format!("{prefix}{name}");
    let fault = match kind {
        _ if name.starts_with('.') => Some("is hidden: remove it, only what is meant to be seen is published"),
        _ if is_leftover(&name) => Some("is a leftover of a system or a program: remove it"),
        kind if kind.is_symlink() => Some("is a link, which may lead out of the folder: put the file itself there"),
        kind if !kind.is_dir() && !kind.is_file() => Some("is neither a file nor a folder"),
        _ => fault_of_file(&path),
    };
    fault.map_or(Ok(path), |fault| Err(unfit(disk, fault)))
}

fn is_leftover(name: &str) -> bool {
    LEFTOVERS.contains(&name) || LEFTOVER_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

fn unfit(path: &Path, fault: &'static str) -> PublishCause {
    PublishCause::Folder { path: path.into(), fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, file).expect("a file");
        }
        folder
    }

    fn refused(folder: &tempfile::TempDir, parts: &[&str]) {
        let error = read(folder.path(), &|_, _| ()).err().expect("must be refused").to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{parts:?}: {error}");
    }

    #[test]
    fn files_come_sorted_with_their_folders() {
        let folder = folder(&["b.txt", "a/c.txt", "README.md"]);
        let seen = std::sync::Mutex::new(vec![]);
        let files = read(folder.path(), &|done, all| seen.lock().expect("a list").push((done, all))).expect("files");
        assert_eq!(files.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["README.md", "a/c.txt", "b.txt"]);
        assert_eq!(seen.into_inner().expect("a list"), [(0, 21), (9, 21), (16, 21), (21, 21)]);
    }

    #[test]
    fn what_is_not_meant_to_be_published_is_named() {
        for (file, part) in [
            (".DS_Store", "is hidden"),
            (".git/config", "is hidden"),
            ("a/.env", "is hidden"),
            ("Thumbs.db", "leftover"),
            ("weights.safetensors.incomplete", "leftover"),
            ("README.md~", "leftover"),
            ("__pycache__/x.txt", "leftover"),
            ("caf\u{e9}.txt", "has a character"),
            ("a b /c.txt", "ends with"),
            ("1/2/3/4/5/6/7/8/9/x.txt", "8 folders"),
        ] {
            let first = Path::new(file).components().next().expect("a part").as_os_str().to_string_lossy().into_owned();
            refused(&folder(&["ok.txt", file]), &[part, &first]);
        }
        refused(&folder(&[]), &["has no files"]);
        let many: Vec<String> = (0..=MOST_FILES).map(|i| format!("{i}.txt")).collect();
        refused(&folder(&many.iter().map(String::as_str).collect::<Vec<_>>()), &["more than 500"]);
        let error = read(Path::new("no/such/folder"), &|_, _| ()).err().expect("no folder").to_string();
        assert!(error.contains("no/such/folder"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused_wherever_they_lead() {
        for target in ["/etc/passwd", "ok.txt", "/etc", "nowhere"] {
            let folder = folder(&["ok.txt"]);
            std::os::unix::fs::symlink(target, folder.path().join("link")).expect("a link");
            refused(&folder, &["link", "is a link"]);
        }
    }
}
