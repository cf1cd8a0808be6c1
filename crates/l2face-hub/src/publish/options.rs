//! What may be asked of a publication.
use std::collections::BTreeMap;

/// How a folder is published; by default openly, to `main`, without overwriting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishOptions {
    pub(crate) private: bool,
    pub(crate) revision: Option<String>,
    pub(crate) dry_run: bool,
    pub(crate) overwrite: bool,
    pub(crate) message: Option<String>,
    pub(crate) expected: Option<BTreeMap<String, String>>,
    pub(crate) own: Vec<String>,
}

impl PublishOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Create the repository so that only its owner sees it. One that exists has to be private already: a public one is an error
    /// ([`PublishCause::IsPublic`](crate::PublishCause::IsPublic)) and gets nothing.
    pub fn private(mut self, private: bool) -> Self {
        self.private = private;
        self
    }

    /// The branch; it is created from `main` if it is not there.
    pub fn revision(mut self, branch: impl Into<String>) -> Self {
        self.revision = Some(branch.into());
        self
    }

    /// Only look: nothing is written at the Hub.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Replace files of the repository whose contents differ, and remove those that are the folder's [own](Self::owns) and no longer in it.
    /// Other files that the folder lacks stay in any case.
    pub fn overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }

    /// The commit's message.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// What the folder has to hold: the SHA-256 (hexadecimal) of each file by its path, with `/`. A file too many, too few or with other
    /// contents is an error before anything is asked of the Hub, so that nothing is published that was not looked at before.
    pub fn expect(mut self, files: BTreeMap<String, String>) -> Self {
        self.expected = Some(files);
        self
    }

    /// Names that only such a folder gives, for example `head.safetensors`; one that ends with `/` is a folder and everything below it. A file of
    /// the branch by such a name which the folder lacks is of an older publication: an error, or removed in the same commit where
    /// [overwriting](Self::overwrite) is asked for.
    pub fn owns<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.own = names.into_iter().map(Into::into).collect();
        self
    }

    pub(crate) fn is_own(&self, path: &str) -> bool {
        self.own.iter().any(|name| path == name || name.ends_with('/') && path.starts_with(name.as_str()))
    }

    pub(crate) fn branch(&self) -> &str {
        self.revision.as_deref().unwrap_or("main")
    }
}
