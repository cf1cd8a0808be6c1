//! A repository as the Hub serves it: revision, tree, resolve.
use super::server::{Reply, Request, Server};
use super::writable::git;
use l2face_hub::{Fetched, Hub, HubError};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::path::Path;

pub const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A file of the repository.
#[derive(Clone)]
pub struct Served {
    pub path: String,
    pub bytes: Vec<u8>,
    /// Large files are named by their SHA-256, small ones by git's hash.
    pub large: bool,
}

/// `owner/name` at one commit, which `main` and `v1.0` mean.
#[derive(Clone)]
pub struct Repository {
    pub commit: String,
    pub files: Vec<Served>,
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes without a pattern.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (state >> 56) as u8
    };
    (0..length).map(|_| next()).collect()
}

impl Repository {
    pub fn of(files: &[(&str, &[u8])]) -> Self {
        let served = |(path, bytes): &(&str, &[u8])| {
            let large = !path.ends_with(".json");
            Served { path: path.to_string(), bytes: bytes.to_vec(), large }
        };
        Self { commit: COMMIT.into(), files: files.iter().map(served).collect() }
    }

    pub fn answer(&self, request: &Request) -> Reply {
        let known = ["main".to_string(), "v1.0".into(), "refs%2Fpr%2F1".into(), self.commit.clone()];
        let path = request.path.split('?').next().unwrap_or_default();
        if !path.contains("owner/name") {
            return Reply::refusal(404, "RepoNotFound", "Repository not found");
        }
        let rest = path.trim_start_matches("/api/models").trim_start_matches("/owner/name/");
        let mut parts = rest.splitn(3, '/');
        let (verb, revision, file) = (parts.next(), parts.next().unwrap_or_default(), parts.next());
        if !known.iter().any(|known| known == revision) {
            return Reply::refusal(404, "RevisionNotFound", "Invalid rev id");
        }
        match (verb, file) {
            (Some("revision"), None) => self.revision(),
            (Some("tree"), None) => self.tree(),
            (Some("resolve"), Some(file)) => self.resolve(&file.replace("%20", " ")),
            _ => Reply::new(400, "what?"),
        }
    }

    fn revision(&self) -> Reply {
        Reply::new(200, json!({"_id": "0", "id": "owner/name", "sha": self.commit}).to_string())
    }

    fn tree(&self) -> Reply {
        let entry = |file: &Served| match file.large {
            true => json!({"type": "file", "oid": "0", "size": file.bytes.len(), "path": file.path,
                "lfs": {"oid": sha256(&file.bytes), "size": file.bytes.len(), "pointerSize": 130}}),
            false => json!({"type": "file", "oid": file.etag(), "size": file.bytes.len(), "path": file.path}),
        };
        let mut entries: Vec<_> = self.files.iter().map(entry).collect();
        entries.push(json!({"type": "directory", "oid": "1", "path": "folder"}));
        Reply::new(200, serde_json::Value::from(entries).to_string())
    }

    fn resolve(&self, path: &str) -> Reply {
        let Some(file) = self.files.iter().find(|file| file.path == path) else {
            return Reply::refusal(404, "EntryNotFound", "Entry not found");
        };
        let reply = Reply::new(200, file.bytes.clone()).with("X-Repo-Commit", &self.commit);
        let quoted = format!("\"{}\"", file.etag());
        match file.large {
            true => reply.with("X-Linked-Etag", quoted).with("X-Linked-Size", file.bytes.len()),
            false => reply.with("ETag", quoted),
        }
    }

    pub fn serve(self) -> Server {
        Server::start(move |request| self.answer(request))
    }

    /// Served, but where `fault` has another answer.
    pub fn serve_but(self, mut fault: impl FnMut(&Request) -> Option<Reply> + Send + 'static) -> Server {
        Server::start(move |request| fault(request).unwrap_or_else(|| self.answer(request)))
    }
}

impl Served {
    pub fn etag(&self) -> String {
        match self.large {
            true => sha256(&self.bytes),
            false => git(&self.bytes),
        }
    }
}

pub fn hub(server: &Server, cache: &Path) -> Hub {
    Hub::builder(cache).endpoint(server.endpoint()).build().expect("a hub")
}

pub fn fetch(server: &Server, cache: &Path, place: &str) -> Result<Fetched, HubError> {
    hub(server, cache).fetch(&place.parse().expect("a place"))
}

/// The message of the failure, with these parts.
pub fn refused(result: Result<Fetched, HubError>, parts: &[&str]) -> HubError {
    let error = result.expect_err("must fail");
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    error
}

/// Every file below a folder, relative and sorted.
pub fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            match entry.file_type().expect("a type").is_dir() {
                true => folders.push(entry.path()),
                false => found.push(entry.path().strip_prefix(folder).expect("below").to_string_lossy().into_owned()),
            }
        }
    }
    found.sort();
    found
}
