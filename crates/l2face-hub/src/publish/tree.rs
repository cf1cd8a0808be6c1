//! The files of a commit with their hashes. hf-hub's listing loses the SHA-256 of large files, so it is read here.
use super::answer::answer;
use super::local::Local;
use crate::failed::Failed;
use crate::names::{is_commit, is_sha256};
use crate::remote::{header, Remote};
use crate::verify::{bytes, Difference};
use reqwest::{Method, Url};
use serde::Deserialize;
use std::collections::BTreeMap;

/// More files than this are not looked at.
const MOST_FILES: usize = 20_000;

/// Files by path; those whose paths are not sound are left out.
pub(super) type Tree = BTreeMap<String, Entry>;

/// One file at the Hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub size: u64,
    pub hash: Hash,
}

/// What its contents are named by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Git(String),
    Sha256(String),
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    kind: String,
    path: String,
    #[serde(default)]
    size: u64,
    #[serde(default)]
    oid: String,
    lfs: Option<Large>,
}

#[derive(Deserialize)]
struct Large {
    oid: String,
    size: u64,
}

impl Entry {
    /// How it differs from a file of the folder.
    pub(super) fn difference(&self, file: &Local) -> Option<Difference> {
        if self.size != file.size {
            return Some(Difference { got: bytes(self.size), wanted: bytes(file.size) });
        }
        let (name, got, wanted) = match &self.hash {
            Hash::Git(got) => ("git hash", got, &file.git),
            Hash::Sha256(got) => ("SHA-256", got, &file.sha256),
        };
        (got != wanted).then(|| Difference { got: format!("{name} {got}"), wanted: format!("{name} {wanted}") })
    }
}

impl Line {
    fn entry(self) -> Result<(String, Entry), Failed> {
        let fault = || Failed::odd("a file of the listing has no sound hash");
        let entry = match self.lfs {
            // Older servers write `sha256:` before it.
            Some(Large { oid, size }) => {
                let oid = oid.strip_prefix("sha256:").unwrap_or(&oid).to_owned();
                Entry { size, hash: is_sha256(&oid).then_some(Hash::Sha256(oid)).ok_or_else(fault)? }
            }
            None => {
                let hash = is_commit(&self.oid).then_some(Hash::Git(self.oid)).ok_or_else(fault)?;
                Entry { size: self.size, hash }
            }
        };
        Ok((self.path, entry))
    }
}

impl Remote<'_> {
    /// The files of a commit.
    pub(super) async fn tree(&self, commit: &str) -> Result<Tree, Failed> {
        let parts = ["api", "models", self.place.owner(), self.place.name(), "tree", commit];
        let mut request = self.request(Method::GET, parts)?.query(&[("recursive", "true")]);
        let mut tree = Tree::new();
        loop {
            let page = answer(self, request).await?.accepted(self)?;
            let next = next(header(&page.headers, "link").unwrap_or_default());
            for line in page.json::<Vec<Line>>()? {
                if line.kind == "file" && self.is_sound(&line.path) {
                    tree.extend([line.entry()?]);
                }
            }
            match next {
                Some(next) if tree.len() < MOST_FILES => request = self.to(Method::GET, self.ours(next)?),
                Some(_) => return Err(Failed::odd("the repository has more than 20000 files")),
                None => return Ok(tree),
            }
        }
    }

    /// The token goes to no other host.
    fn ours(&self, address: &str) -> Result<Url, Failed> {
        let ours = self.request(Method::GET, [])?.build().map_err(|_| Failed::odd("the endpoint is not an address"))?;
        let next = Url::parse(address).ok().filter(|next| next.origin() == ours.url().origin());
        next.ok_or_else(|| Failed::odd("the listing goes on at another host"))
    }
}

/// The address of the next page: `<ADDRESS>; rel="next"`.
fn next(link: &str) -> Option<&str> {
    let next = link.split(',').find(|part| part.contains("rel=\"next\""))?;
    Some(next.split_once('<')?.1.split_once('>')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(json: &str) -> Result<(String, Entry), Failed> {
        serde_json::from_str::<Line>(json).expect("a line").entry()
    }

    #[test]
    fn small_and_large_files_are_told_apart() {
        let (git, sha) = ("0f".repeat(20), "9a".repeat(32));
        let small = entry(&format!(r#"{{"type":"file","path":"a","size":3,"oid":"{git}"}}"#)).expect("an entry");
        assert_eq!(small, ("a".into(), Entry { size: 3, hash: Hash::Git(git.clone()) }));
        for prefix in ["", "sha256:"] {
            let lfs = format!(r#"{{"oid":"{prefix}{sha}","size":5,"pointerSize":130}}"#);
            let line = format!(r#"{{"type":"file","path":"b","size":130,"oid":"{git}","lfs":{lfs}}}"#);
            assert_eq!(entry(&line).expect("an entry").1, Entry { size: 5, hash: Hash::Sha256(sha.clone()) });
        }
        assert!(entry(r#"{"type":"file","path":"a","size":3,"oid":"../x"}"#).is_err());
        assert!(entry(r#"{"type":"file","path":"a","size":3}"#).is_err());
    }

    #[test]
    fn the_next_page_is_found() {
        assert_eq!(next(r#"<http://h/a>; rel="prev", <http://h/b?c=1>; rel="next""#), Some("http://h/b?c=1"));
        assert_eq!((next(""), next("rel=\"next\"")), (None, None));
    }
}
