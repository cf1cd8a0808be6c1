//! Where a publication stands.
use super::plan::Plan;

/// A step of a publication, for a bar or a log. Sizes in bytes; after a failure that is tried again they begin anew.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum PublishStep<'a> {
    /// The folder is read: before each file, and at the end.
    Reading {
        /// Bytes of the files before.
        done: u64,
        /// Bytes of the folder.
        of: u64,
    },
    /// What will be sent is known.
    Planned(&'a Plan),
    /// Files are on their way. Small ones leave in one piece at the end.
    Sending {
        /// Bytes that are through.
        done: u64,
        /// Bytes to send.
        of: u64,
    },
    /// The commit was made, and nothing is checked yet.
    Committed(&'a str),
    /// Files are downloaded again and compared.
    Checking {
        /// The file.
        file: &'a str,
        /// Bytes of it so far.
        done: u64,
        /// Its size.
        of: u64,
    },
}
