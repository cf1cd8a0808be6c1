//! A server that wants to write where it must not.
use super::repository::{fetch, files_below, refused, Repository, Served};
use super::server::{Reply, Request};

/// A folder with the cache in it and one file beside; what lies there after a fetch that must fail.
fn nothing_is_written(repository: Repository, fault: fn(&Request) -> Option<Reply>, place: &str, part: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("a/b/cache");
    std::fs::create_dir_all(&cache).expect("folders");
    std::fs::write(folder.path().join("mine"), "mine").expect("a file");
    let server = repository.serve_but(fault);
    refused(fetch(&server, &cache, place), &[part]);
    assert_eq!(files_below(folder.path()), ["mine"]);
    assert_eq!(std::fs::read(folder.path().join("mine")).expect("a file"), b"mine");
}

#[test]
fn names_of_files_that_climb_are_not_even_candidates() {
    for path in [
        "../../../../mine.onnx",
        "/tmp/mine.onnx",
        "a/../../../mine.onnx",
        "..\\..\\mine.onnx",
        "C:\\mine.onnx",
        "a\u{0}.onnx",
        "\u{1b}[2J.onnx",
    ] {
        let evil = Served { path: path.into(), bytes: b"evil".to_vec(), large: true };
        let repository = Repository { files: vec![evil], ..Repository::of(&[]) };
        nothing_is_written(repository, |_| None, "hf:owner/name", "no network's file");
    }
}

#[test]
fn an_etag_that_climbs() {
    for etag in ["\"../../../../../../mine\"", "\"/tmp/mine\"", "\"\"", "\"a/b\""] {
        let reply = Reply::new(200, "evil").with("X-Linked-Etag", etag).with("X-Linked-Size", 4);
        let evil = move |request: &Request| request.path.contains("/resolve/").then(|| reply.clone());
        let folder = tempfile::tempdir().expect("a folder");
        let server = Repository::of(&[("model.safetensors", b"evil")]).serve_but(evil);
        refused(fetch(&server, &folder.path().join("a/b"), "hf:owner/name"), &["ETag"]);
        assert_eq!(files_below(folder.path()), Vec::<String>::new());
    }
}

#[test]
fn a_commit_that_climbs() {
    for commit in ["../../../../mine", "", "main", "/tmp/mine"] {
        let repository = Repository { commit: commit.into(), ..Repository::of(&[("model.safetensors", b"evil")]) };
        nothing_is_written(repository, |_| None, "hf:owner/name", "40 digits");
    }
}

#[test]
fn sizes_that_are_no_sizes() {
    for size in ["-1", "many", "99999999999999999999999999"] {
        let reply = Reply::new(200, "evil").with("X-Linked-Etag", "0".repeat(64)).with("X-Linked-Size", size);
        let folder = tempfile::tempdir().expect("a folder");
        let evil = move |request: &Request| request.path.contains("/resolve/").then(|| reply.clone());
        let server = Repository::of(&[("model.safetensors", b"evil")]).serve_but(evil);
        refused(fetch(&server, folder.path(), "hf:owner/name"), &["no size"]);
    }
}
