//! A model's folder, and how the tests publish it.
pub use crate::each::each;
use crate::repository::noise;
use crate::server::{Request, Server};
use crate::writable::{Files, Writable};
use l2face_hub::{Hub, PublishError, PublishOptions, Published};
use std::fs;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

pub const TOKEN: &str = "hf_TestTokenThatMustNotAppear";

/// What every folder holds: text, an empty file, a file in a folder with odd characters, weights.
pub fn files() -> Files {
    let of = |path: &str, bytes: &[u8]| (path.to_string(), bytes.to_vec());
    Files::from([
        of("README.md", b"---\nlicense: mit\n---\n# A model\n"),
        of("config.json", b"{\"dim\": 512}\n"),
        of("empty.txt", b""),
        of("more files/a (1).txt", b"text\n"),
        of("model.safetensors", &noise(70_000)),
    ])
}

/// A folder with the model in it and another for what is downloaded, both new.
pub struct Given {
    pub model: TempDir,
    pub cache: TempDir,
}

pub fn given() -> Given {
    let given = Given { model: tempfile::tempdir().expect("a folder"), cache: tempfile::tempdir().expect("a folder") };
    files().iter().for_each(|(path, bytes)| given.put(path, bytes));
    given
}

impl Given {
    pub fn put(&self, path: &str, bytes: &[u8]) {
        let path = self.model.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, bytes).expect("a file");
    }

    pub fn publish(&self, server: &Server) -> Result<Published, PublishError> {
        self.publish_as(server, &PublishOptions::new())
    }

    pub fn publish_as(&self, server: &Server, options: &PublishOptions) -> Result<Published, PublishError> {
        hub(server, self.cache.path()).publish(self.model.path(), "owner/name", options, &|_| ())
    }
}

pub fn hub(server: &Server, cache: &Path) -> Hub {
    let builder = Hub::builder(cache).endpoint(server.endpoint()).token(TOKEN).patience(Duration::from_secs(5));
    builder.build().expect("a hub")
}

/// The message of the failure, with these parts.
pub fn refused(result: Result<Published, PublishError>, parts: &[&str]) -> PublishError {
    let error = result.expect_err("must fail");
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    error
}

/// Whether a request changes what the Hub has.
pub fn writes(request: &Request) -> bool {
    request.method == "POST" && ["/commit/", "/branch/", "/repos/create"].iter().any(|part| request.path.contains(part))
}

pub fn is_commit(request: &Request) -> bool {
    request.method == "POST" && request.path.contains("/commit/")
}

pub fn is_download(request: &Request) -> bool {
    request.method == "GET" && request.path.contains("/resolve/")
}

/// The branch has the folder's files and those of a new repository.
pub fn is_published(hub: &Writable, branch: &str) -> bool {
    let mut there = hub.repo().files(branch);
    there.remove(".gitattributes");
    there == files()
}
