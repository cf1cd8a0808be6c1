//! A Hub that can be written to: repositories, branches, commits, as the real one answers for what a publication asks.
use super::repository::sha256;
use super::server::{Reply, Request, Server};
use base64::prelude::{Engine, BASE64_STANDARD};
use serde_json::{json, Value};
use sha1::{Digest, Sha1};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

pub type Files = BTreeMap<String, Vec<u8>>;

/// One repository.
#[derive(Clone, Default)]
pub struct Repo {
    pub private: bool,
    pub branches: BTreeMap<String, String>,
    pub commits: BTreeMap<String, Files>,
    pub messages: Vec<String>,
}

/// Everything that the Hub knows.
pub struct State {
    pub repos: BTreeMap<String, Repo>,
    /// What it answers to a question for large files.
    pub transfer: String,
    pub card_errors: Vec<&'static str>,
    pub role: &'static str,
    /// Whether it looks at cards at all.
    pub validates: bool,
    pub ignores: Option<&'static str>,
    /// By which name it knows that a repository is to be private.
    pub private: &'static str,
}

/// Shared between the test and its servers, which come and go.
#[derive(Clone)]
pub struct Writable(Arc<Mutex<State>>);

pub fn git(bytes: &[u8]) -> String {
    let hash = Sha1::new().chain_update(format!("blob {}\0", bytes.len())).chain_update(bytes).finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files that this Hub names by SHA-256.
fn is_large(path: &str) -> bool {
    path.ends_with(".safetensors")
}

fn json(value: Value) -> Reply {
    Reply::new(200, value.to_string())
}

impl Repo {
    pub fn commit(&mut self, branch: &str, files: Files) -> String {
        let count = self.commits.len();
        let name = git(format!("{branch} {count}").as_bytes());
        self.commits.insert(name.clone(), files);
        self.branches.insert(branch.into(), name.clone());
        name
    }

    pub fn files(&self, branch: &str) -> Files {
        self.branches.get(branch).map(|head| self.commits[head].clone()).unwrap_or_default()
    }
}

impl Writable {
    pub fn new() -> Self {
        let (transfer, role) = ("basic".into(), "write");
        let (repos, card_errors) = (BTreeMap::new(), vec![]);
        let (validates, ignores, private) = (true, None, "private");
        Self(Arc::new(Mutex::new(State { repos, transfer, card_errors, role, validates, ignores, private })))
    }

    /// With the repository `owner/name`, which has these files.
    pub fn with(files: &[(&str, &[u8])]) -> Self {
        let hub = Self::new();
        let files = files.iter().map(|(path, bytes)| (path.to_string(), bytes.to_vec())).collect();
        hub.state().repos.entry("owner/name".into()).or_default().commit("main", files);
        hub
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("the state")
    }

    pub fn repo(&self) -> Repo {
        self.state().repos.get("owner/name").cloned().unwrap_or_default()
    }

    pub fn serve(&self) -> Server {
        let hub = self.clone();
        Server::start(move |request| hub.answer(request))
    }

    /// `before` answers in place of this Hub, `after` changes what it answers; both get the request's number, from 0.
    pub fn serve_but(
        &self,
        mut before: impl FnMut(usize, &Request) -> Option<Reply> + Send + 'static,
        mut after: impl FnMut(usize, &Request, Reply) -> Reply + Send + 'static,
    ) -> Server {
        let (hub, mut number) = (self.clone(), 0);
        Server::start(move |request| {
            number += 1;
            match before(number - 1, request) {
                Some(reply) => reply,
                None => after(number - 1, request, hub.answer(request)),
            }
        })
    }

    pub fn answer(&self, request: &Request) -> Reply {
        let path = request.path.split('?').next().unwrap_or_default().replace("%20", " ");
        let parts: Vec<String> = path.trim_matches('/').split('/').map(|part| part.replace("%2F", "/")).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let body = || serde_json::from_slice::<Value>(&request.body).expect("JSON");
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["api", "whoami-v2"]) => self.who(),
            ("POST", ["api", "validate-yaml"]) => self.validate(&body()),
            ("POST", ["api", "repos", "create"]) => self.create(&body()),
            ("POST", [_, _, "info", "lfs", "objects", "batch"]) => self.batch(&body()),
            ("POST", ["api", "models", owner, name, verb, revision]) => {
                self.on(owner, name, |repo, hub| hub.post(repo, verb, revision, request))
            }
            ("GET", ["api", "models", owner, name]) => {
                self.on(owner, name, |repo, _| json(json!({"id": "owner/name", "private": repo.private})))
            }
            ("GET", ["api", "models", owner, name, verb, revision]) => {
                self.on(owner, name, |repo, _| get(repo, verb, revision))
            }
            ("GET" | "HEAD", [owner, name, "resolve", commit, file @ ..]) => {
                self.on(owner, name, |repo, _| resolve(repo, commit, &file.join("/")))
            }
            _ => Reply::refusal(404, "", "no such page"),
        }
    }

    fn on(&self, owner: &str, name: &str, then: impl FnOnce(&mut Repo, &Settings) -> Reply) -> Reply {
        let mut state = self.state();
        let settings = Settings { ignores: state.ignores };
        match state.repos.get_mut(&format!("{owner}/{name}")) {
            Some(repo) => then(repo, &settings),
            None => Reply::refusal(404, "RepoNotFound", "Repository not found"),
        }
    }

    fn who(&self) -> Reply {
        json(json!({"type": "user", "name": "tester", "auth": {"accessToken": {"role": self.state().role}}}))
    }

    fn validate(&self, body: &Value) -> Reply {
        assert!(body["content"].is_string() && body["repoType"] == "model");
        let state = self.state();
        let remarks: Vec<Value> = state.card_errors.iter().map(|text| json!({ "message": text })).collect();
        let reply = json(json!({"errors": remarks, "warnings": [{"message": "a warning"}]}));
        match (state.validates, remarks.is_empty()) {
            (false, _) => Reply::new(404, ""),
            (_, true) => reply,
            _ => Reply { status: 400, ..reply },
        }
    }

    fn create(&self, body: &Value) -> Reply {
        let name =
            format!("{}/{}", body["organization"].as_str().expect("an owner"), body["name"].as_str().expect("a name"));
        let mut state = self.state();
        if state.repos.contains_key(&name) {
            return Reply::new(409, json!({"error": "You already created this model repo"}).to_string());
        }
        let private = match state.private {
            "visibility" => body["visibility"] == "private",
            _ => body["private"] == true,
        };
        let repo = state.repos.entry(name.clone()).or_default();
        repo.private = private;
        repo.commit("main", Files::from([(".gitattributes".to_string(), b"*.safetensors filter=lfs\n".to_vec())]));
        json(json!({"url": format!("http://localhost/{name}")}))
    }

    fn batch(&self, body: &Value) -> Reply {
        assert_eq!(body["transfers"], json!(["basic", "multipart", "xet"]));
        json(json!({"transfer": self.state().transfer, "objects": body["objects"]}))
    }
}

/// What a repository has to know of its Hub.
struct Settings {
    ignores: Option<&'static str>,
}

impl Settings {
    fn post(&self, repo: &mut Repo, verb: &str, revision: &str, request: &Request) -> Reply {
        match (verb, repo.branches.contains_key(revision)) {
            ("branch", true) => Reply::new(409, json!({"error": "Reference already exists"}).to_string()),
            ("branch", false) => branch(repo, revision, &serde_json::from_slice(&request.body).expect("JSON")),
            (_, false) => Reply::refusal(404, "RevisionNotFound", "Invalid rev id"),
            ("preupload", _) => self.preupload(&serde_json::from_slice(&request.body).expect("JSON")),
            ("commit", _) => commit(repo, revision, &request.body),
            _ => Reply::new(400, "what?"),
        }
    }

    fn preupload(&self, body: &Value) -> Reply {
        let mode = |file: &Value| {
            let path = file["path"].as_str().expect("a path");
            BASE64_STANDARD.decode(file["sample"].as_str().expect("a sample")).expect("base64");
            let way = if is_large(path) { "lfs" } else { "regular" };
            json!({"path": path, "uploadMode": way, "shouldIgnore": self.ignores == Some(path)})
        };
        let files: Vec<Value> = body["files"].as_array().expect("files").iter().map(mode).collect();
        json(json!({ "files": files }))
    }
}

fn branch(repo: &mut Repo, name: &str, body: &Value) -> Reply {
    let commit = body["startingPoint"].as_str().expect("a commit").to_string();
    assert!(repo.commits.contains_key(&commit));
    repo.branches.insert(name.into(), commit);
    Reply::new(200, "")
}

fn commit(repo: &mut Repo, branch: &str, body: &[u8]) -> Reply {
    let mut files = repo.files(branch);
    for line in body.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let line: Value = serde_json::from_slice(line).expect("JSON");
        let value = &line["value"];
        match line["key"].as_str() {
            Some("header") if value["parentCommit"] != json!(repo.branches[branch]) => {
                return Reply::refusal(412, "", "A commit has happened since. Please refresh and try again.");
            }
            Some("header") => repo.messages.push(value["summary"].as_str().expect("a message").into()),
            Some("file") => {
                let bytes = BASE64_STANDARD.decode(value["content"].as_str().expect("contents")).expect("base64");
                files.insert(value["path"].as_str().expect("a path").into(), bytes);
            }
            Some("deletedFile") => {
                files.remove(value["path"].as_str().expect("a path")).expect("a file that is there");
            }
            other => panic!("{other:?} is not sent by a publication without Xet"),
        }
    }
    let oid = repo.commit(branch, files);
    json(json!({"success": true, "commitOid": oid, "commitUrl": format!("http://localhost/commit/{oid}")}))
}

fn get(repo: &Repo, verb: &str, revision: &str) -> Reply {
    let commit = repo.branches.get(revision).map_or(revision, String::as_str);
    let Some(files) = repo.commits.get(commit) else {
        return Reply::refusal(404, "RevisionNotFound", "Invalid rev id");
    };
    match verb {
        "revision" => json(json!({"_id": "0", "id": "owner/name", "sha": commit})),
        "tree" => json(files.iter().map(|(path, bytes)| entry(path, bytes)).collect()),
        _ => Reply::new(400, "what?"),
    }
}

fn entry(path: &str, bytes: &[u8]) -> Value {
    let mut entry = json!({"type": "file", "path": path, "size": bytes.len(), "oid": git(bytes)});
    if is_large(path) {
        entry["oid"] = json!(git(b"a pointer"));
        entry["lfs"] = json!({"oid": sha256(bytes), "size": bytes.len(), "pointerSize": 130});
    }
    entry
}

fn resolve(repo: &Repo, commit: &str, file: &str) -> Reply {
    let commit = repo.branches.get(commit).map_or(commit, String::as_str);
    let Some(bytes) = repo.commits.get(commit).and_then(|files| files.get(file)) else {
        return Reply::refusal(404, "EntryNotFound", "Entry not found");
    };
    let reply = Reply::new(200, bytes.clone()).with("X-Repo-Commit", commit);
    match is_large(file) {
        true => reply.with("X-Linked-Etag", format!("\"{}\"", sha256(bytes))).with("X-Linked-Size", bytes.len()),
        false => reply.with("ETag", format!("\"{}\"", git(bytes))),
    }
}
