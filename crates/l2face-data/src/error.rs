//! What can go wrong between files and batches.

use std::path::{Path, PathBuf};

use l2face_image::ImageError;

/// The result of everything in this crate but tensors.
pub type Result<T> = std::result::Result<T, DataError>;

/// An error of the data; its message names the file, line or item and the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// An image could not be read; the message names the file.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A line of a list of people cannot be followed.
    #[error("{}:{line}: {reason}", path.display())]
    List {
        /// The list.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Nothing to train on.
    #[error("{}: {reason}", path.display())]
    Nothing {
        /// The folder or list.
        path: PathBuf,
        /// What is missing and what to do.
        reason: &'static str,
    },
    /// A file of stored crops is truncated, damaged, or of another source.
    #[error("{}: not usable as stored crops: {reason}. Delete it, and it is made again", path.display())]
    Cache {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// An item could not be prepared.
    #[error("{id}: {reason}")]
    Item {
        /// The item's name.
        id: String,
        /// What is wrong.
        reason: String,
    },
    /// A setting is outside its range.
    #[error("{name} = {value}: {rule}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: usize,
        /// What it must be.
        rule: String,
    },
    /// A thread that prepares batches could not start or died.
    #[error("a thread that prepares batches failed: {0}")]
    Worker(String),
}

impl DataError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.into(), source }
    }

    pub(crate) fn cache(path: &Path, reason: impl ToString) -> Self {
        Self::Cache { path: path.into(), reason: reason.to_string() }
    }

    /// An error of one item, for crop functions and data sets outside this crate.
    pub fn item(id: impl ToString, reason: impl ToString) -> Self {
        Self::Item { id: id.to_string(), reason: reason.to_string() }
    }
}
