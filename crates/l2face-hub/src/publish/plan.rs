//! What a publication would do, file by file.
use super::local::Local;
use super::options::PublishOptions;
use super::tree::Tree;

/// A folder compared with a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The folder's files, sorted by path.
    pub files: Vec<PlannedFile>,
    /// Files of the branch that the folder lacks; they stay.
    pub others: Vec<String>,
    /// Files of the branch that the folder lacks and that are its [own](PublishOptions::owns); they are removed.
    pub removed: Vec<String>,
    /// Whether the repository has to be created.
    pub creates_repository: bool,
    /// Whether the branch has to be created.
    pub creates_branch: bool,
    /// What the Hub says of the card without refusing it.
    pub warnings: Vec<String>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedFile {
    /// Its path in the folder and in the repository, with `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Of its contents, hexadecimal.
    pub sha256: String,
    /// How the branch has it.
    pub standing: Standing,
    /// How it travels.
    pub way: Way,
}

/// A file against the branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The branch lacks it.
    New,
    /// The branch has other contents.
    Changed,
    /// The branch has the same; it is not sent.
    Unchanged,
}

/// How a file travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Within the commit.
    Inline,
    /// Before it, by Xet.
    Large,
    /// The Hub decides when it is asked, which needs a token and a repository.
    Open,
}

impl Plan {
    pub(super) fn new(files: &[Local], tree: &Tree, options: &PublishOptions) -> Self {
        let planned = |file: &Local| PlannedFile {
            path: file.path.clone(),
            size: file.size,
            sha256: file.sha256.clone(),
            standing: standing(file, tree),
            way: Way::Open,
        };
        let ours = |path: &&String| files.iter().any(|file| file.path == **path);
        let lacking = tree.keys().filter(|path| !ours(path)).cloned();
        let (removed, others) = lacking.partition(|path| options.is_own(path));
        Self { files: files.iter().map(planned).collect(), others, removed, ..Self::default() }
    }

    /// The files that are new or changed.
    pub fn to_send(&self) -> impl Iterator<Item = &PlannedFile> {
        self.files.iter().filter(|file| file.standing != Standing::Unchanged)
    }

    /// Bytes of the files that are new or changed.
    pub fn bytes_to_send(&self) -> u64 {
        self.to_send().map(|file| file.size).sum()
    }

    /// Whether the branch is to be left as it is.
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.to_send().next().is_none()
    }

    /// The paths of a standing.
    pub fn paths(&self, standing: Standing) -> Vec<String> {
        self.files.iter().filter(|file| file.standing == standing).map(|file| file.path.clone()).collect()
    }
}

fn standing(file: &Local, tree: &Tree) -> Standing {
    match tree.get(&file.path) {
        None => Standing::New,
        Some(entry) if entry.difference(file).is_none() => Standing::Unchanged,
        Some(_) => Standing::Changed,
    }
}
