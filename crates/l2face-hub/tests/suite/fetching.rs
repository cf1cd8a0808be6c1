//! What arrives.
use super::repository::{fetch, hub, noise, refused, Repository, COMMIT};
use super::server::{Reply, Server};
use std::sync::Mutex;

#[test]
fn the_bytes_arrive_and_the_second_time_nothing_is_downloaded() {
    let bytes = noise(300_000);
    let folder = tempfile::tempdir().expect("a folder");
    let server = Repository::of(&[("model.safetensors", &bytes), ("config.json", b"{}")]).serve();
    let first = fetch(&server, folder.path(), "hf:owner/name").expect("a file");
    assert_eq!(std::fs::read(&first.path).expect("bytes"), bytes);
    assert_eq!((first.revision.as_str(), first.size, first.from_cache), (COMMIT, 300_000, false));
    assert_eq!((first.file.as_str(), &first.note), ("model.safetensors", &None));
    let again = fetch(&server, folder.path(), "hf:owner/name").expect("a file");
    assert!(again.from_cache && again.path == first.path && again.note.is_none());
    let downloads = server.requests().iter().filter(|r| r.method == "GET" && r.path.contains("/resolve/")).count();
    assert_eq!(downloads, 1);
}

#[test]
fn small_files_folders_spaces_tags_and_pull_requests() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Repository::of(&[("a b/c (1).onnx", b"net"), ("empty.pt", b""), ("config.json", b"{}")]).serve();
    for (place, want) in [
        ("hf:owner/name/a b/c (1).onnx@v1.0", b"net".as_slice()),
        ("hf:owner/name/empty.pt", b""),
        ("hf:owner/name/config.json@refs/pr/1", b"{}"),
    ] {
        let got = fetch(&server, folder.path(), place).expect(place);
        assert_eq!(std::fs::read(got.path).expect("bytes"), want, "{place}");
    }
}

#[test]
fn without_a_name_the_network_must_be_plain() {
    let folder = tempfile::tempdir().expect("a folder");
    let only = Repository::of(&[("README.md", b"x"), ("folder/net.onnx", b"net")]).serve();
    assert_eq!(fetch(&only, folder.path(), "hf:owner/name").expect("a file").file, "folder/net.onnx");
    let two = Repository::of(&[("b.onnx", b"b"), ("a.pth", b"a")]).serve();
    refused(fetch(&two, folder.path(), "hf:owner/name"), &["a.pth, b.onnx", "hf:owner/name/FILE"]);
    let none = Repository::of(&[("README.md", b"x")]).serve();
    refused(fetch(&none, folder.path(), "hf:owner/name"), &["no network's file"]);
}

#[test]
fn large_files_lie_elsewhere_and_repositories_move() {
    let bytes = noise(50_000);
    let repository = Repository::of(&[("model.safetensors", &bytes)]);
    let elsewhere = bytes.clone();
    let cdn = Server::start(move |_| Reply::new(200, elsewhere.clone()).with("ETag", "\"of the storage\""));
    let address = cdn.endpoint();
    let moved = repository.clone();
    let server = Server::start(move |request| {
        if request.path.contains("old/name") {
            return Reply::new(307, "").with("Location", request.path.replace("old/name", "owner/name"));
        }
        match moved.answer(request) {
            // As the Hub does it: hash and size are in the answer that sends elsewhere.
            mut reply if request.path.contains("/resolve/") => {
                (reply.status, reply.body) = (302, vec![]);
                reply.with("Location", format!("{address}/blob"))
            }
            reply => reply,
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    for place in ["hf:owner/name", "hf:old/name"] {
        let got = fetch(&server, folder.path(), place).expect(place);
        assert_eq!(std::fs::read(got.path).expect("bytes"), bytes);
    }
}

#[test]
fn progress_ends_at_the_size_and_other_runtimes_do_not_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Repository::of(&[("model.safetensors", &noise(200_000))]).serve();
    let (hub, place) = (hub(&server, folder.path()), "hf:owner/name".parse().expect("a place"));
    let seen = Mutex::new(Vec::new());
    let report = |done, all| seen.lock().expect("a list").push((done, all));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async { hub.fetch_with(&place, &report).expect("a file") });
    let seen = seen.into_inner().expect("a list");
    assert_eq!((seen.first(), seen.last()), (Some(&(0, 200_000)), Some(&(200_000, 200_000))));
    assert!(seen.windows(2).all(|pair| pair[0].0 <= pair[1].0));
}
