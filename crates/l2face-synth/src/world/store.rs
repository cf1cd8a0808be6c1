//! Files that are either whole or absent.

use crate::error::{Result, SynthError};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Names the file in an I/O error.
pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> SynthError + '_ {
    move |source| SynthError::Io { path: path.to_path_buf(), source }
}

/// Writes `bytes` beside `path` and renames; `lasting` waits until they are on the disk.
pub(super) fn put(path: &Path, bytes: &[u8], lasting: bool) -> Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    let temporary = Path::new(&name);
    let write = || {
        let mut file = File::create(temporary)?;
        file.write_all(bytes)?;
        if lasting {
            file.sync_all()?;
        }
        fs::rename(temporary, path)
    };
    write().map_err(io(path))
}

/// Whether `path` is a PNG with its end (a crash of the machine can leave a renamed file empty or short).
pub(super) fn whole_png(path: &Path) -> bool {
    let tail = || -> std::io::Result<[u8; 8]> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::End(-8))?;
        let mut tail = [0; 8];
        file.read_exact(&mut tail)?;
        Ok(tail)
    };
    tail().is_ok_and(|t| t == *b"IEND\xAE\x42\x60\x82")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn put_leaves_no_temporary_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        put(&path, b"one", true).unwrap();
        put(&path, b"two", false).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_absent_folder_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let err = put(&dir.path().join("none/a.csv"), b"", false).unwrap_err();
        assert!(err.to_string().contains("none/a.csv"), "{err}");
    }

    #[test]
    fn short_pngs_are_not_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.png");
        assert!(!whole_png(&path));
        let image = l2face_image::Rgb8::new(2, 2, vec![7; 12]).unwrap();
        let bytes = image.encode_png().unwrap();
        fs::write(&path, &bytes).unwrap();
        assert!(whole_png(&path));
        fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
        assert!(!whole_png(&path));
    }
}
