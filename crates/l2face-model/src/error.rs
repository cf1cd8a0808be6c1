//! What can go wrong with a model folder, each in one line with the way out.
use crate::config::FORMAT;
use std::path::{Path, PathBuf};

/// The crate's result.
pub type Result<T> = std::result::Result<T, ModelError>;

/// Why a model folder is not used or not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file or folder that cannot be read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file that is damaged, hostile, or not what its name says.
    #[error("{}: {why}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong, and what to do.
        why: String,
    },
    /// A folder of another version of the format.
    #[error("{}: its format is `{found}`, this program reads `{FORMAT}`: take the version of l2face that wrote it, or package it again", .path.display())]
    Version {
        /// The configuration.
        path: PathBuf,
        /// What stands there.
        found: String,
    },
    /// Weights that do not give the embeddings that were stored with them.
    #[error("{}: the weights do not reproduce the embeddings stored with them: image {image} differs by {difference:.1e} of the largest value, at most {tolerance:e} is allowed: the weights or the check were changed", .path.display())]
    Check {
        /// The file with the embeddings.
        path: PathBuf,
        /// The first image that differs, from 0.
        image: usize,
        /// The largest difference of its values, relative to the largest value of all.
        difference: f64,
        /// What is allowed.
        tolerance: f64,
    },
    /// A licence that is missing or not SPDX.
    #[error("licence `{text}`: {why}")]
    License {
        /// What was given.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// A card that cannot be written or read.
    #[error("the card: {0}")]
    Card(String),
    /// What the tensor library reports; files are named in it.
    #[error(transparent)]
    Tensor(candle_core::Error),
    /// A crop of another size than the network's.
    #[error(transparent)]
    Image(#[from] l2face_image::ImageError),
    /// What the Hub reports.
    #[cfg(feature = "hub")]
    #[error(transparent)]
    Hub(#[from] l2face_hub::HubError),
    /// A name that is none of the Hub.
    #[cfg(feature = "hub")]
    #[error(transparent)]
    Place(#[from] l2face_hub::PlaceError),
}

impl From<candle_core::Error> for ModelError {
    /// Without the backtrace that candle puts into its message where `RUST_BACKTRACE` is set.
    fn from(error: candle_core::Error) -> Self {
        match error {
            candle_core::Error::WithBacktrace { inner, .. } => (*inner).into(),
            error => Self::Tensor(error),
        }
    }
}

impl ModelError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.into(), source }
    }

    pub(crate) fn file(path: &Path, why: impl ToString) -> Self {
        Self::File { path: path.into(), why: shown(&why.to_string(), 700) }
    }
}

/// Text from a file, for a message: at most so many characters, none that moves the cursor.
pub(crate) fn shown(text: &str, most: usize) -> String {
    let plain = |c: char| if c.is_control() { '?' } else { c };
    let more = if text.chars().nth(most).is_some() { "…" } else { "" };
    text.chars().take(most).map(plain).collect::<String>() + more
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_a_file_says_is_shown_short_and_plain() {
        assert_eq!(shown("a\x1b[2Jb\n", 10), "a?[2Jb?");
        assert_eq!(shown(&"é".repeat(9), 3), "ééé…");
    }
}
