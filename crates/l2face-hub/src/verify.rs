//! Whether bytes are those that the server announced.
use crate::failed::Failed;
use crate::names::{is_commit, is_sha256};
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

    fn sha256(&self) -> Option<&str> {
        Some(self.etag.as_str()).filter(|etag| is_sha256(etag))
    }
}

/// What was found in place of what was wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub got: String,
    pub wanted: String,
}

/// Counts and hashes bytes as they come.
#[derive(Default)]
pub(crate) struct Meter {
    size: u64,
    hash: Sha256,
}

impl Meter {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.hash.update(bytes);
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// How the bytes differ from what was announced.
    pub(crate) fn difference(self, facts: &Facts) -> Option<Difference> {
        if self.size != facts.size {
            return Some(Difference { got: bytes(self.size), wanted: bytes(facts.size) });
        }
        let wanted = facts.sha256()?;
        let got = hexadecimal(&self.hash.finalize());
        (got != wanted).then(|| Difference { got: format!("SHA-256 {got}"), wanted: format!("SHA-256 {wanted}") })
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
    let (mut meter, mut buffer) = (Meter::default(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(meter.difference(facts)),
            n => meter.add(&buffer[..n]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `sha256sum` of "abc", FIPS 180-2 appendix B.1.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn difference(text: &[u8], etag: &str, size: &str) -> Option<Difference> {
        let mut meter = Meter::default();
        text.chunks(2).for_each(|chunk| meter.add(chunk));
        meter.difference(&Facts::new(Some(etag), Some(size)).expect("facts"))
    }

    #[test]
    fn size_and_hash_are_compared() {
        assert_eq!(difference(b"abc", &format!("\"{ABC}\""), "3"), None);
        assert_eq!(difference(b"abc", &format!("W/\"{}\"", "0f".repeat(20)), "3"), None, "git's hash is no SHA-256");
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
