//! What a publication gives.
use super::plan::Plan;

/// A repository that has every file of the folder, or, after a dry run, what would be done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// `OWNER/NAME`.
    pub repository: String,
    /// The branch.
    pub revision: String,
    /// What was done.
    pub outcome: Outcome,
    /// The commit whose files were compared and downloaded, 40 digits of hexadecimal; `None` after a dry run.
    pub commit: Option<String>,
    /// The page to look at.
    pub address: String,
    /// `hf:OWNER/NAME@COMMIT`, by which exactly these files are fetched; the branch in place of the commit after a dry run.
    pub place: String,
    /// File by file, as it was found before anything was sent.
    pub plan: Plan,
}

/// How a publication ended. No variant stands for a part of it: that is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Only looked; nothing was written.
    DryRun,
    /// Every file was there already; nothing was written, all was downloaded and compared.
    AlreadyThere,
    /// A commit was made; all was downloaded and compared.
    Sent,
}
