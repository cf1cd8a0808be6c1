//! What can go wrong when a world is described or written.

use std::path::PathBuf;

/// The errors of this crate.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// A setting makes no sense.
    #[error("world setting `{field}`: {problem}")]
    Spec {
        /// The field of [`WorldSpec`](crate::WorldSpec).
        field: &'static str,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A file could not be read or written.
    #[error("{}: {source}; make the folder writable, free space, or choose another --out", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The folder holds another world.
    #[error(
        "{}: this folder holds generated faces of another seed or other settings (they differ in {differs}); \
         choose an empty folder or delete this one",
        path.display()
    )]
    Foreign {
        /// The marker file.
        path: PathBuf,
        /// The settings that differ.
        differs: String,
    },
    /// A picture could not be encoded.
    #[error("{}: {problem}", path.display())]
    Encode {
        /// The picture's file.
        path: PathBuf,
        /// What the encoder said.
        problem: String,
    },
}

/// Result with [`SynthError`].
pub type Result<T> = std::result::Result<T, SynthError>;
