//! What is kept, and what it is good for without a network.
use super::repository::{fetch, files_below, hub, noise, refused, sha256, Repository, COMMIT};
use l2face_hub::{Hub, HubError};
use std::fs;

#[test]
fn the_layout_is_python_s() {
    let bytes = noise(1000);
    let folder = tempfile::tempdir().expect("a folder");
    let server = Repository::of(&[("folder/net.onnx", &bytes)]).serve();
    let got = fetch(&server, folder.path(), "hf:owner/name").expect("a file");
    let root = folder.path().join("models--owner--name");
    let blob = format!("blobs/{}", sha256(&bytes));
    let snapshot = format!("snapshots/{COMMIT}/folder/net.onnx");
    assert_eq!(files_below(&root), [blob.clone(), "refs/main".into(), snapshot.clone()]);
    assert_eq!(got.path, root.join(&snapshot));
    assert_eq!(fs::read_to_string(root.join("refs/main")).expect("a commit"), COMMIT);
    #[cfg(unix)]
    assert_eq!(fs::read_link(&got.path).expect("a link"), std::path::Path::new(&format!("../../../{blob}")));
}

#[test]
fn without_a_network_the_copy_serves_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Repository::of(&[("net.onnx", b"net"), ("b.pth", b"b")]).serve();
    let online = fetch(&server, folder.path(), "hf:owner/name/net.onnx").expect("a file");
    let hub = hub(&server, folder.path());
    let asked = server.requests().len();
    let pinned = hub.fetch(&format!("hf:owner/name/net.onnx@{COMMIT}").parse().expect("a place")).expect("a file");
    assert_eq!((pinned.from_cache, pinned.note, server.requests().len()), (true, None, asked), "no request is made");
    drop(server);
    let offline = |place: &str| hub.fetch(&place.parse().expect("a place"));
    assert!(offline(&format!("hf:owner/name/net.onnx@{COMMIT}")).expect("a file").note.is_none());
    for place in ["hf:owner/name/net.onnx", "hf:owner/name"] {
        let got = offline(place).expect("the copy");
        assert!(got.from_cache && got.path == online.path && got.revision == COMMIT);
        assert!(got.note.is_some_and(|note| note.contains("refused") || note.contains("connect")), "the reason");
    }
    for place in ["hf:owner/name/b.pth", "hf:owner/name/net.onnx@v1.0", "hf:owner/other/net.onnx"] {
        refused(offline(place), &[place, "is not in the cache", "does not answer", "give its path"]);
    }
}

#[test]
fn offline_on_request_never_asks() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Repository::of(&[("model.safetensors", b"net")]).serve();
    let build =
        |offline| Hub::builder(folder.path()).endpoint(server.endpoint()).offline(offline).build().expect("a hub");
    let place = "hf:owner/name".parse().expect("a place");
    refused(build(true).fetch(&place), &["is not in the cache", "offline"]);
    build(false).fetch(&place).expect("a file");
    let asked = server.requests().len();
    assert!(build(true).fetch(&place).expect("the copy").note.is_some_and(|note| note.contains("offline")));
    assert_eq!(server.requests().len(), asked);
}

#[test]
fn equal_contents_of_two_commits_are_stored_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut repository = Repository::of(&[("model.safetensors", b"net")]);
    let first = fetch(&repository.clone().serve(), folder.path(), "hf:owner/name").expect("a file");
    repository.commit = "f".repeat(40);
    let server = repository.serve();
    let second = fetch(&server, folder.path(), "hf:owner/name").expect("a file");
    assert!(second.from_cache && second.path != first.path && second.revision == "f".repeat(40));
    assert!(server.requests().iter().all(|r| !(r.method == "GET" && r.path.contains("/resolve/"))));
}

#[test]
fn a_damaged_copy_is_named_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Repository::of(&[("model.safetensors", b"net")]).serve();
    let got = fetch(&server, folder.path(), "hf:owner/name").expect("a file");
    for (bytes, part) in [(b"cut".as_slice(), "SHA-256"), (b"longer", "6 bytes")] {
        fs::write(&got.path, bytes).expect("written through the link");
        let error = refused(fetch(&server, folder.path(), "hf:owner/name"), &["is damaged", part, "remove it"]);
        assert!(matches!(error, HubError::Damaged { .. }));
        assert_eq!(fs::read(&got.path).expect("still there"), bytes);
    }
}

/// Large files are named by their SHA-256, small ones by git's hash; neither the pinned nor the offline copy is compared with a server.
#[cfg(unix)]
#[test]
fn a_damaged_copy_is_found_without_a_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Repository::of(&[("model.safetensors", b"net"), ("config.json", b"{}!")]).serve();
    let online = hub(&server, folder.path());
    let offline = Hub::builder(folder.path()).endpoint(server.endpoint()).offline(true).build().expect("a hub");
    for (file, hash) in [("model.safetensors", "SHA-256"), ("config.json", "git hash")] {
        let places = [format!("hf:owner/name/{file}"), format!("hf:owner/name/{file}@{COMMIT}")];
        let [branch, pinned] = places.map(|place| place.parse().expect("a place"));
        let got = online.fetch(&branch).expect("a file");
        let asked = server.requests().len();
        let open = || [offline.fetch(&branch), offline.fetch(&pinned), online.fetch(&pinned)];
        open().into_iter().for_each(|sound| assert_eq!(sound.expect("sound").path, got.path));
        let blob = fs::canonicalize(&got.path).expect("a blob");
        let sound = fs::read(&blob).expect("bytes");
        for damage in [b"nut".as_slice(), b"", b"longer"] {
            fs::write(&blob, damage).expect("damage");
            let name = blob.to_string_lossy();
            open().into_iter().for_each(|it| drop(refused(it, &[&name, "is damaged", hash, "remove it"])));
            assert_eq!(fs::read(&blob).expect("still there"), damage);
        }
        fs::write(&blob, sound).expect("repair");
        open().into_iter().for_each(|sound| drop(sound.expect("sound again")));
        assert_eq!(server.requests().len(), asked, "nobody is asked");
        // The way out. (A file that changes twice within a tick of the clock looks unchanged.)
        std::thread::sleep(std::time::Duration::from_millis(50));
        fs::write(&blob, b"nut").expect("damage");
        refused(online.fetch(&pinned), &["remove it"]);
        fs::remove_file(&blob).expect("removed");
        assert!(!online.fetch(&pinned).expect("downloaded again").from_cache);
    }
}
