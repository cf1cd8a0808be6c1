//! Whether bytes are those that the server announced.
use crate::failed::Failed;
use crate::names::{is_commit, is_sha256};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// What the server says of a file before it sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The name of its contents: a SHA-256 for large files, git's hash for small ones. Hexadecimal, so it can name a file.
    pub etag: String,
    /// Bytes.
    pub size: u64,
}

impl Facts {
    /// From the headers of an answer; each is `None` where it is absent.
    pub(crate) fn new(etag: Option<&str>, size: Option<&str>) -> Result<Self, Failed> {
        let etag = etag.ok_or_else(|| Failed::odd("no ETag for the file"))?;
        let etag = etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"');
        if !is_sha256(etag) && !is_commit(etag) {
            return Err(Failed::odd("the file's ETag is neither a SHA-256 nor a git hash"));
        }
        let size = size.and_then(|size| size.parse().ok());
        Ok(Self { etag: etag.into(), size: size.ok_or_else(|| Failed::odd("no size for the file"))? })
    }

    /// The hash that the ETag is, of nothing yet. Git's begins with the size.
    fn hash(&self) -> Hash {
        match is_sha256(&self.etag) {
            true => Hash::Sha256(Sha256::new()),
            false => Hash::Git(Sha1::new().chain_update(format!("blob {}\0", self.size))),
        }
    }
}

/// What was found in place of what was wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub got: String,
    pub wanted: String,
}

enum Hash {
    Sha256(Sha256),
    Git(Sha1),
}

impl Hash {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hash) => hash.update(bytes),
            Self::Git(hash) => hash.update(bytes),
        }
    }

    /// What it is called, and its digits.
    fn named(self) -> (&'static str, String) {
        match self {
            Self::Sha256(hash) => ("SHA-256", hexadecimal(&hash.finalize())),
            Self::Git(hash) => ("git hash", hexadecimal(&hash.finalize())),
        }
    }
}

/// Counts and hashes bytes as they come.
pub(crate) struct Meter<'f> {
    facts: &'f Facts,
    size: u64,
    hash: Hash,
}

impl<'f> Meter<'f> {
    pub(crate) fn new(facts: &'f Facts) -> Self {
        Self { facts, size: 0, hash: facts.hash() }
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.hash.update(bytes);
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// How the bytes differ from what was announced.
    pub(crate) fn difference(self) -> Option<Difference> {
        let Facts { etag: wanted, size } = self.facts;
        if self.size != *size {
            return Some(Difference { got: bytes(self.size), wanted: bytes(*size) });
        }
        let (name, got) = self.hash.named();
        (got != *wanted).then(|| Difference { got: format!("{name} {got}"), wanted: format!("{name} {wanted}") })
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn bytes(size: u64) -> String {
    format!("{size} bytes")
}

/// How a file differs from what the server announces.
pub(crate) fn of_file(path: &Path, facts: &Facts) -> io::Result<Option<Difference>> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    if size != facts.size {
        return Ok(Some(Difference { got: bytes(size), wanted: bytes(facts.size) }));
    }
    let (mut meter, mut buffer) = (Meter::new(facts), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(meter.difference()),
            n => meter.add(&buffer[..n]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `sha256sum` of "abc", FIPS 180-2 appendix B.1.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    /// `printf abc | git hash-object --stdin`.
    const GIT_ABC: &str = "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f";

    fn difference(text: &[u8], etag: &str, size: &str) -> Option<Difference> {
        let facts = Facts::new(Some(etag), Some(size)).expect("facts");
        let mut meter = Meter::new(&facts);
        text.chunks(2).for_each(|chunk| meter.add(chunk));
        meter.difference()
    }

    #[test]
    fn size_and_hash_are_compared() {
        assert_eq!(difference(b"abc", &format!("\"{ABC}\""), "3"), None);
        assert_eq!(difference(b"abc", &format!("W/\"{GIT_ABC}\""), "3"), None);
        let git = difference(b"abd", GIT_ABC, "3").expect("a difference");
        assert!(
            git.wanted == format!("git hash {GIT_ABC}") && git.got.starts_with("git hash ") && git.got != git.wanted
        );
        let size = difference(b"abc", ABC, "4").expect("a difference");
        assert_eq!((size.got.as_str(), size.wanted.as_str()), ("3 bytes", "4 bytes"));
        let hash = difference(b"abd", ABC, "3").expect("a difference");
        assert!(hash.wanted.ends_with(ABC) && hash.got != hash.wanted);
    }

    #[test]
    fn facts_that_could_name_another_file_are_refused() {
        for etag in ["", "\"../../../etc/passwd\"", "/etc/passwd", "abc", &"AA".repeat(32)] {
            assert!(Facts::new(Some(etag), Some("1")).is_err(), "{etag}");
        }
        assert!(Facts::new(None, Some("1")).is_err());
        assert!(Facts::new(Some(ABC), None).is_err() && Facts::new(Some(ABC), Some("-1")).is_err());
    }
}
