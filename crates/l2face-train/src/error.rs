//! What can go wrong while training, in words that say what to do.

use std::path::{Path, PathBuf};

/// The result of everything in this crate.
pub type Result<T> = std::result::Result<T, TrainError>;

/// An error of training; its message names the file, variable or key at fault and the way out.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A tensor operation failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The loss or a gradient is NaN or infinite; nothing was updated.
    #[error("{what} is not finite ({value}); no variable was changed. Lower the learning rate, warm up, or set clip_norm; resume from the last snapshot")]
    NonFinite {
        /// Which number: "the loss", or the name of a variable.
        what: String,
        /// Its value, or the norm of the gradient.
        value: f64,
    },
    /// A checkpoint is truncated, damaged or not a checkpoint.
    #[error("{}: not a usable snapshot: {reason}. Delete it and resume from an older snapshot, or start again without it", path.display())]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Named tensors do not fit the variables they are meant for.
    #[error("{what} does not fit: missing [{}], unexpected [{}], different [{}]; was it made with another configuration?", missing.join(", "), unexpected.join(", "), different.join(", "))]
    Mismatch {
        /// What was being loaded.
        what: &'static str,
        /// Names that are needed and absent.
        missing: Vec<String>,
        /// Names that are present and not needed.
        unexpected: Vec<String>,
        /// Names whose shape or type differs, with both.
        different: Vec<String>,
    },
    /// The run folder belongs to another configuration.
    #[error("{}: this run was made with another configuration; it differs in {}. Choose another --out or delete it", path.display(), keys.join(", "))]
    OtherConfig {
        /// The stored configuration.
        path: PathBuf,
        /// The first differing keys, each with the stored and the present value.
        keys: Vec<String>,
    },
    /// The folder holds files, but no configuration of a run.
    #[error("{}: not empty, and not a run folder (it has no config.json). Choose another --out or delete it", path.display())]
    NotARun {
        /// The folder.
        path: PathBuf,
    },
    /// A file of the run folder holds something other than what this crate writes.
    #[error("{}:{line}: {reason}. Delete the file, or the run", path.display())]
    BadFile {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A setting is outside its range.
    #[error("{name} = {value}: {rule}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it must be.
        rule: &'static str,
    },
}

impl TrainError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.into(), source }
    }

    pub(crate) fn snapshot(path: &Path, reason: impl ToString) -> Self {
        Self::Snapshot { path: path.into(), reason: reason.to_string() }
    }
}
