//! What the Hub has after a publication that failed.
use std::fmt;

/// What an error leaves behind at the Hub.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemoteState {
    /// As it was.
    Untouched,
    /// A repository or a branch was made, or its making was asked for and no answer came; no file was sent.
    Prepared(String),
    /// The commit was asked for, and no answer says whether it was made.
    Unknown,
    /// This commit has the files as far as the Hub says, and they were not all seen to be right.
    Committed(String),
}

impl fmt::Display for RemoteState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untouched => f.write_str("The Hub is as it was"),
            Self::Prepared(what) => write!(f, "{what} may have been made; no file was changed. Run again"),
            Self::Unknown => {
                f.write_str("Whether the commit was made is not known: run again, and what is there is found")
            }
            Self::Committed(commit) => {
                write!(f, "The commit {commit} is there, but not all of its files were seen to be right: run again")
            }
        }
    }
}
