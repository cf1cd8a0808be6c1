//! A commit whose files are not what was sent, or cannot be seen to be.
use super::given::{files, given, is_download, is_published, refused, writes};
use crate::repository::files_below;
use crate::server::{Reply, Request, Server};
#[cfg(target_os = "linux")]
use crate::small_disk::on_a_small_disk;
use crate::writable::Writable;
use l2face_hub::{Hub, Outcome, PublishCause, PublishOptions, RemoteState};
use std::fs;

/// The error names the commit that was made.
fn committed(remote: &Writable, state: &RemoteState) {
    assert_eq!(*state, RemoteState::Committed(remote.repo().branches["main"].clone()));
}

fn is_weights(request: &Request) -> bool {
    is_download(request) && request.path.contains("model.safetensors")
}

#[test]
fn a_download_that_is_cut_is_tried_again_and_never_taken_for_whole() {
    for always in [false, true] {
        let (given, remote) = (given(), Writable::new());
        let mut times = 0;
        let server = remote.serve_but(
            |_, _| None,
            move |_, request, reply| {
                times += usize::from(is_weights(request));
                match is_weights(request) && (always || times == 1) {
                    true => Reply { declared: Some(70_000), body: reply.body[..60_000].to_vec(), ..reply },
                    false => reply,
                }
            },
        );
        if !always {
            assert_eq!(given.publish(&server).expect("the second try").outcome, Outcome::Sent);
            continue;
        }
        let error = refused(given.publish(&server), &["downloading what arrived", "run again"]);
        committed(&remote, &error.state);
        assert_eq!(given.publish(&remote.serve()).expect("again").outcome, Outcome::AlreadyThere);
        assert_eq!(remote.repo().messages.len(), 1);
    }
}

#[test]
fn bytes_that_differ_are_named_with_the_commit() {
    let mut other = files()["model.safetensors"].clone();
    other[5000] ^= 1;
    for (bytes, part) in [(other.clone(), "SHA-256"), ([&other[..], b"more"].concat(), "70004 bytes")] {
        let (given, remote) = (given(), Writable::new());
        let server = remote.serve_but(
            |_, _| None,
            move |_, request, reply| match is_weights(request) {
                true => Reply { body: bytes.clone(), ..reply },
                false => reply,
            },
        );
        let error = refused(given.publish(&server), &["model.safetensors at the Hub has", part, "NOT published"]);
        assert!(matches!(*error.cause, PublishCause::Differs { .. }));
        committed(&remote, &error.state);
        assert_eq!(files_below(given.cache.path()), Vec::<String>::new());
    }
}

#[test]
fn a_listing_with_other_hashes_or_without_a_file() {
    for (file, parts) in [
        ("config.json", ["config.json at the Hub has git hash", "NOT published"]),
        ("model.safetensors", ["model.safetensors at the Hub has SHA-256", "NOT published"]),
        ("empty.txt", ["empty.txt at the Hub has no such file", "NOT published"]),
    ] {
        let (given, remote) = (given(), Writable::new());
        let change = remote.clone();
        let server = remote.serve_but(
            |_, _| None,
            move |_, request, reply| {
                if request.path.contains("/commit/") {
                    let mut state = change.state();
                    let repo = state.repos.get_mut("owner/name").expect("it");
                    let head = repo.branches["main"].clone();
                    let files = repo.commits.get_mut(&head).expect("a commit");
                    match file {
                        "empty.txt" => drop(files.remove(file)),
                        file => files.get_mut(file).expect("a file")[0] ^= 1,
                    }
                }
                reply
            },
        );
        let error = refused(given.publish(&server), &parts);
        committed(&remote, &error.state);
        let asked = server.requests().iter().filter(|request| is_download(request)).count();
        assert_eq!(asked, 0, "that is known without a download");
        let options = PublishOptions::new().overwrite(true);
        given.publish_as(&remote.serve(), &options).expect("sent once more");
        assert!(is_published(&remote, "main"));
    }
}

#[test]
fn without_room_for_the_comparison_nothing_is_sent() {
    let (given, remote) = (given(), Writable::new());
    let server = remote.serve();
    let file = given.cache.path().join("a file");
    fs::write(&file, "").expect("a file");
    let hub = Hub::builder(file.join("cache")).endpoint(server.endpoint()).token("hf_x").build().expect("a hub");
    let result = hub.publish(given.model.path(), "owner/name", &PublishOptions::new(), &|_| ());
    refused(result, &["a file", "make room, or choose another folder", "The Hub is as it was"]);
    assert!(!server.requests().iter().any(writes));
}

/// The weights do not fit into what the disk has left.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    on_a_small_disk("publishing::arrival::a_full_disk", |disk| {
        let (given, remote, cache) = (given(), Writable::new(), disk.folder.join("cache"));
        let publish = |server: &Server| {
            let hub = Hub::builder(&cache).endpoint(server.endpoint()).token("hf_x").build().expect("a hub");
            hub.publish(given.model.path(), "owner/name", &PublishOptions::new(), &|_| ())
        };
        let result = disk.while_small(|| publish(&remote.serve()));
        let error = refused(result, &[&cache.to_string_lossy(), disk.words(), "make room", "run again"]);
        committed(&remote, &error.state);
        assert_eq!(files_below(&cache), Vec::<String>::new(), "nothing stays of the comparison");
        assert_eq!(publish(&remote.serve()).expect("again").outcome, Outcome::AlreadyThere);
    });
}

/// As a broken disk would: the folder for the comparison can no longer be written to.
#[test]
fn a_disk_that_fails_during_the_comparison() {
    let (given, remote) = (given(), Writable::new());
    let cache = given.cache.path().to_path_buf();
    let server = remote.serve_but(
        move |_, request| {
            if request.path.contains("/commit/") {
                let held = fs::read_dir(&cache).expect("the cache").flatten();
                held.for_each(|held| fs::remove_dir_all(held.path()).expect("removed"));
            }
            None
        },
        |_, _, reply| reply,
    );
    let error =
        refused(given.publish(&server), &["make room", "is there, but not all of its files were seen to be right"]);
    committed(&remote, &error.state);
    assert_eq!(given.publish(&remote.serve()).expect("again").outcome, Outcome::AlreadyThere);
}

/// A file that changes between reading and sending is not sent as what it was.
#[test]
fn a_large_file_that_changes_meanwhile() {
    let (given, remote) = (given(), Writable::new());
    given.put("model.safetensors", &vec![1; 2 << 20]);
    let path = given.model.path().join("model.safetensors");
    let server = remote.serve_but(
        move |_, request| {
            if request.path.contains("/batch") {
                fs::write(&path, vec![2; (2 << 20) + 1]).expect("written");
            }
            None
        },
        |_, _, reply| reply,
    );
    refused(given.publish(&server), &["model.safetensors changes while it is published"]);
    assert!(remote.repo().messages.is_empty());
}
