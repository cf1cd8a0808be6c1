//! A file of the folder: read once, with the hashes that the Hub knows it by.
use super::cause::PublishCause;
use crate::verify::{hexadecimal, Facts};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file up to this size is kept in memory between reading and sending.
const KEPT: u64 = 1 << 20;
/// The Hub tells text from other files by the first bytes.
const SAMPLE: usize = 512;

/// One file.
pub(crate) struct Local {
    /// In the repository.
    pub path: String,
    pub disk: PathBuf,
    pub size: u64,
    pub sha256: String,
    /// Git's name of the contents.
    pub git: String,
    pub sample: Vec<u8>,
    /// The contents, if small.
    pub bytes: Option<Vec<u8>>,
    modified: Option<SystemTime>,
}

impl Local {
    /// Reads it.
    pub(crate) fn read(path: String, disk: PathBuf) -> Result<Self, PublishCause> {
        let failed = PublishCause::reading(&disk);
        let (mut file, metadata) = open(&disk).map_err(failed)?;
        let size = metadata.len();
        let mut contents = Contents::new(size);
        contents.read(&mut file).map_err(PublishCause::reading(&disk))?;
        if contents.size != size {
            return Err(PublishCause::Changing(disk));
        }
        let Contents { sha256, git, sample, bytes, .. } = contents;
        let [sha256, git] = [hexadecimal(&sha256.finalize()), hexadecimal(&git.finalize())];
        Ok(Self { path, disk, size, sha256, git, sample, bytes, modified: metadata.modified().ok() })
    }

    /// Whether it looks as it did when it was read.
    pub(crate) fn is_as_read(&self) -> bool {
        let now = std::fs::metadata(&self.disk);
        self.bytes.is_some() || now.is_ok_and(|now| now.len() == self.size && now.modified().ok() == self.modified)
    }

    /// What a download of it must be.
    pub(crate) fn facts(&self) -> Facts {
        Facts { etag: self.sha256.clone(), size: self.size }
    }
}

fn open(path: &Path) -> io::Result<(File, Metadata)> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    Ok((file, metadata))
}

/// What is made of a file while it is read.
struct Contents {
    size: u64,
    sha256: Sha256,
    git: Sha1,
    sample: Vec<u8>,
    bytes: Option<Vec<u8>>,
}

impl Contents {
    fn new(size: u64) -> Self {
        let git = Sha1::new().chain_update(format!("blob {size}\0"));
        Self { size: 0, sha256: Sha256::new(), git, sample: vec![], bytes: (size <= KEPT).then(Vec::new) }
    }

    fn read(&mut self, file: &mut File) -> io::Result<()> {
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(()),
                n => self.add(&buffer[..n]),
            }
        }
    }

    fn add(&mut self, part: &[u8]) {
        self.size += part.len() as u64;
        self.sha256.update(part);
        self.git.update(part);
        let lacking = SAMPLE - self.sample.len();
        self.sample.extend_from_slice(&part[..lacking.min(part.len())]);
        if self.size > KEPT {
            self.bytes = None;
        }
        if let Some(bytes) = &mut self.bytes {
            bytes.extend_from_slice(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Local {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("written");
        Local::read("a".into(), file.path().into()).expect("read")
    }

    #[test]
    fn the_hashes_are_those_of_sha256sum_and_git() {
        // printf hello | sha256sum; printf hello | git hash-object --stdin
        let hello = read(b"hello");
        assert_eq!(hello.sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        assert_eq!(hello.git, "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0");
        assert_eq!(
            (hello.size, hello.sample.as_slice(), hello.bytes.as_deref()),
            (5, &b"hello"[..], Some(&b"hello"[..]))
        );
        assert_eq!(read(b"").git, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    }

    #[test]
    fn large_files_are_not_kept() {
        let large = read(&vec![7; KEPT as usize + 1]);
        assert!(large.bytes.is_none() && large.sample.len() == SAMPLE);
        assert!(!large.is_as_read(), "the file is gone");
    }
}
