//! Why a folder was not published.
use super::state::RemoteState;
use crate::error::HubError;
use crate::place::PlaceError;
use std::io;
use std::path::{Path, PathBuf};

/// A publication that did not succeed, and what it leaves behind. No message holds the token.
#[derive(Debug, thiserror::Error)]
#[error("{cause}. {state}")]
#[non_exhaustive]
pub struct PublishError {
    /// What went wrong.
    pub cause: Box<PublishCause>,
    /// What the Hub has now.
    pub state: RemoteState,
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishCause {
    /// The repository's name or the branch's.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// More than a repository.
    #[error("`{0}`: a repository is written OWNER/NAME, without a file")]
    NotARepository(String),
    /// A revision that nothing can be added to.
    #[error("`{0}` is not a branch: a commit and refs/.. cannot be added to; name a branch")]
    NotABranch(String),
    /// No token was given.
    #[error("publishing needs a token that may write: make one in the Hub's settings and give it (HF_TOKEN)")]
    NoToken,
    /// Working offline was asked for.
    #[error("publishing needs the network, and working offline was asked for")]
    Offline,
    /// Something in the folder.
    #[error("{}: {fault}", .path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// A file or folder that cannot be read.
    #[error("{}: {source}", .path.display())]
    Reading {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// A file that another program writes.
    #[error("{} changes while it is published: wait until it is complete, then run again", .0.display())]
    Changing(PathBuf),
    /// A file that is not as it was when the caller looked at it.
    #[error("{}: changed after it was looked at: run again", .0.display())]
    Unexpected(PathBuf),
    /// A card that the Hub refuses.
    #[error("README.md: the Hub refuses the card: {}", .0.join("; "))]
    Card(Vec<String>),
    /// A repository that everybody sees, and a private one was asked for.
    #[error("{0} is there already and is public, and it was to be private: make it private in its settings at the Hub, name another repository, or do not ask for a private one")]
    IsPublic(String),
    /// Files that would be lost.
    #[error("{repository} has other contents in {} at {revision}: publish to another branch, or ask for overwriting", .files.join(", "))]
    WouldOverwrite {
        /// `OWNER/NAME`.
        repository: String,
        /// The branch.
        revision: String,
        /// The files that differ; of those that the folder lacks this is said.
        files: Vec<String>,
    },
    /// A server that takes large files in no way that is known here.
    #[error("{endpoint} does not take large files by Xet (it answers `{answer}`), and {} would be too large for a commit (10 MB a file)", .files.join(", "))]
    NoXet {
        /// The server.
        endpoint: String,
        /// The transfer that it names.
        answer: String,
        /// The files.
        files: Vec<String>,
    },
    /// More than one commit should hold.
    #[error("{bytes} bytes would have to travel within the commit; 50 MB is the most")]
    TooMuchInline {
        /// Bytes.
        bytes: u64,
    },
    /// A file that the Hub's rules leave out.
    #[error("{0}: the repository's .gitignore leaves it out: change that file or rename this one")]
    Ignored(String),
    /// 401 and 403.
    #[error("{doing}: the Hub refuses ({why}); {who}")]
    MayNot {
        /// What was tried.
        doing: &'static str,
        /// The server's words.
        why: String,
        /// Whose token it is, and what it may.
        who: String,
    },
    /// 404 where something should be.
    #[error(
        "{doing}: the Hub does not find {what} ({why}): it was removed or renamed meanwhile, or is not for this token"
    )]
    NotFound {
        /// What was tried.
        doing: &'static str,
        /// Repository and branch.
        what: String,
        /// The server's words.
        why: String,
    },
    /// 409 and 412.
    #[error("{doing}: {what} was changed by someone else meanwhile ({why}): look at it, then run again")]
    Moved {
        /// What was tried.
        doing: &'static str,
        /// Repository and branch.
        what: String,
        /// The server's words.
        why: String,
    },
    /// No answer, or 5xx and 429 more often than is tried.
    #[error("{doing}: {endpoint} does not answer: {why}")]
    Unreachable {
        /// What was tried.
        doing: &'static str,
        /// The server.
        endpoint: String,
        /// The failure.
        why: String,
    },
    /// Large files go to another server (Xet) than the Hub's own, and that one failed.
    #[error("{doing}: the storage for large files does not take them: {why}: run again, it may pass")]
    Storage {
        /// What was tried.
        doing: &'static str,
        /// The failure.
        why: String,
    },
    /// An answer that is not the Hub's.
    #[error("{doing}: {endpoint} does not answer as a Hub does: {why}")]
    Answer {
        /// What was tried.
        doing: &'static str,
        /// The server.
        endpoint: String,
        /// What is wrong.
        why: String,
    },
    /// A file of the commit that is not what was sent.
    #[error("{file} at the Hub has {got}, here it has {wanted}: it is NOT published as it is here; run again with overwriting if it stays so")]
    Differs {
        /// The file.
        file: String,
        /// Size or hash there.
        got: String,
        /// Size or hash here.
        wanted: String,
    },
    /// The folder for what is downloaded again, threads, TLS.
    #[error(transparent)]
    Hub(#[from] HubError),
}

impl PublishCause {
    pub(crate) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        |source| Self::Reading { path, source }
    }
}
