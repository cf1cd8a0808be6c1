//! Where a file lies on the Hub.
use crate::names::{fault_of_file, fault_of_name, fault_of_revision, is_commit};
use std::fmt;
use std::str::FromStr;

/// How a place begins, to tell it from a path of this machine.
pub const PREFIX: &str = "hf:";

/// A repository of models, a file in it and a revision: `hf:OWNER/NAME[/FILE][@REVISION]`.
///
/// Every part is checked when it is parsed, so that none of them can name a path outside the cache.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    owner: String,
    name: String,
    file: Option<String>,
    revision: Option<String>,
}

/// A line that is not a place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}`: {problem}; a file on the Hub is written hf:OWNER/NAME[/FILE][@REVISION]")]
pub struct PlaceError {
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Place {
    /// Who owns the repository.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The repository's name without its owner.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's path in the repository, if one was given.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The branch, tag or commit; `main` if none was given.
    pub fn revision(&self) -> &str {
        self.revision.as_deref().unwrap_or("main")
    }

    /// Whether the revision is a commit (40 digits of hexadecimal), whose files never change.
    pub fn is_pinned(&self) -> bool {
        is_commit(self.revision())
    }

    /// `OWNER/NAME`.
    pub fn repository(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        parse(text).map_err(|problem| PlaceError { text: text.escape_debug().to_string(), problem })
    }
}

fn parse(text: &str) -> Result<Place, String> {
    let rest = text.strip_prefix(PREFIX).ok_or("does not begin with hf:")?;
    let (path, revision) = match rest.split_once('@') {
        Some((path, revision)) => (path, Some(revision)),
        None => (rest, None),
    };
    let (owner, rest) = path.split_once('/').ok_or("OWNER/NAME are two names with a `/` between")?;
    let (name, file) = match rest.split_once('/') {
        Some((name, file)) => (name, Some(file)),
        None => (rest, None),
    };
    sound("the owner", owner, fault_of_name(owner))?;
    sound("the repository's name", name, fault_of_name(name))?;
    file.map_or(Ok(()), |file| sound("the file", file, fault_of_file(file)))?;
    revision.map_or(Ok(()), |revision| sound("the revision", revision, fault_of_revision(revision)))?;
    let [owner, name] = [owner, name].map(str::to_owned);
    Ok(Place { owner, name, file: file.map(str::to_owned), revision: revision.map(str::to_owned) })
}

fn sound(what: &str, text: &str, fault: Option<&str>) -> Result<(), String> {
    match fault {
        Some(fault) => Err(format!("{what} `{}` {fault}", text.escape_debug())),
        None => Ok(()),
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}/{}", self.owner, self.name)?;
        self.file.as_ref().map_or(Ok(()), |file| write!(f, "/{file}"))?;
        self.revision.as_ref().map_or(Ok(()), |revision| write!(f, "@{revision}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_read_and_written_back() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        for (text, file, revision) in [
            ("hf:o/n".to_string(), None, "main"),
            ("hf:o/n/a.onnx".into(), Some("a.onnx"), "main"),
            ("hf:o/n/f/g/a.onnx@v1.0".into(), Some("f/g/a.onnx"), "v1.0"),
            ("hf:o/n@refs/pr/3".into(), None, "refs/pr/3"),
            (format!("hf:o/n@{commit}"), None, commit),
        ] {
            let place: Place = text.parse().expect("a place");
            assert_eq!((place.owner(), place.name(), place.file(), place.revision()), ("o", "n", file, revision));
            assert_eq!(place.to_string(), text);
            assert_eq!(place.is_pinned(), revision == commit);
        }
    }

    #[test]
    fn each_mistake_is_named() {
        for (text, part) in [
            ("o/n", "does not begin with hf:"),
            ("HF:o/n", "does not begin with hf:"),
            ("hf:", "two names"),
            ("hf:n", "two names"),
            ("hf:/n", "the owner `` is empty"),
            ("hf:o/", "the repository's name `` is empty"),
            ("hf:o//f", "the repository's name `` is empty"),
            ("hf:../n", "the owner `..`"),
            ("hf:o/n/", "the file `` is empty"),
            ("hf:o/n/../x", "the file `../x` has `.` or `..`"),
            ("hf:o/n/a\\b", "the file `a\\\\b` has a character"),
            ("hf:o/n/a@", "the revision `` is empty"),
            ("hf:o/n/a@b@c", "the revision `b@c` has a character"),
            ("hf:o/n@a/../../b", "the revision `a/../../b` has `.` or `..`"),
            ("hf:o/n/\u{1b}[31m", "the file `\\u{1b}[31m`"),
        ] {
            let error = text.parse::<Place>().expect_err(text).to_string();
            assert!(error.contains(part) && error.contains("hf:OWNER/NAME[/FILE][@REVISION]"), "{text}: {error}");
            assert!(!error.contains('\u{1b}'), "no control characters reach a terminal");
        }
    }
}
