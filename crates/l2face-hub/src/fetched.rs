//! What a fetch gives.
use std::path::PathBuf;

/// A file on this machine, and where it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fetched {
    /// The file, in the cache.
    pub path: PathBuf,
    /// Its path in the repository.
    pub file: String,
    /// The commit, 40 digits of hexadecimal.
    pub revision: String,
    /// Bytes.
    pub size: u64,
    /// Whether it lay in the cache: nothing was downloaded.
    pub from_cache: bool,
    /// Why the server was not heard, where that was tried: a branch may have moved on since.
    pub note: Option<String>,
}
