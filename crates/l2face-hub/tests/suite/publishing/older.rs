//! Files of an older publication that the folder no longer has.
use super::given::{files, given, is_commit, refused, writes};
use crate::writable::{Files, Writable};
use l2face_hub::{Outcome, PublishCause, PublishOptions, RemoteState};

const OLD: [&str; 3] = ["head.safetensors", "plots/a.svg", "plots/b.svg"];

/// With a head, plots, and files of somebody else.
fn remote() -> Writable {
    let given = given();
    let remote = Writable::with(&[("mine.txt", b"mine"), ("plots.txt", b"mine too")]);
    OLD.iter().for_each(|path| given.put(path, b"old"));
    given.publish(&remote.serve()).expect("published");
    remote
}

fn owns() -> PublishOptions {
    PublishOptions::new().owns(["head.safetensors", "plots/", "README.md"])
}

fn now() -> Files {
    let mine = [("mine.txt", b"mine".to_vec()), ("plots.txt", b"mine too".to_vec())];
    mine.into_iter().map(|(path, bytes)| (path.to_string(), bytes)).chain(files()).collect()
}

#[test]
fn they_are_refused_like_changed_ones() {
    let (given, remote) = (given(), remote());
    for dry_run in [false, true] {
        let server = remote.serve();
        let error = refused(
            given.publish_as(&server, &owns().dry_run(dry_run)),
            &["head.safetensors (which the folder lacks)", "plots/a.svg", "plots/b.svg", "The Hub is as it was"],
        );
        assert!(matches!(*error.cause, PublishCause::WouldOverwrite { .. }) && error.state == RemoteState::Untouched);
        assert!(!error.to_string().contains("mine") && !server.requests().iter().any(writes));
    }
}

#[test]
fn overwriting_removes_them_in_the_same_commit() {
    for changes in [false, true] {
        let (given, remote, mut want) = (given(), remote(), now());
        if changes {
            given.put("config.json", b"{}");
            want.insert("config.json".into(), b"{}".to_vec());
        }
        let server = remote.serve();
        let published = given.publish_as(&server, &owns().overwrite(true)).expect("published");
        assert_eq!((published.outcome, published.plan.removed.as_slice()), (Outcome::Sent, &OLD.map(String::from)[..]));
        assert_eq!(published.plan.others, ["mine.txt", "plots.txt"]);
        assert_eq!(server.requests().iter().filter(|request| is_commit(request)).count(), 1);
        assert!(remote.repo().files("main") == want, "{:?}", remote.repo().files("main").keys());
        let again = given.publish_as(&remote.serve(), &owns()).expect("again");
        assert_eq!(again.outcome, Outcome::AlreadyThere);
    }
}

#[test]
fn without_names_of_its_own_nothing_is_removed() {
    let (given, remote) = (given(), remote());
    let published = given.publish_as(&remote.serve(), &PublishOptions::new().overwrite(true)).expect("published");
    assert!(published.outcome == Outcome::AlreadyThere && published.plan.others.len() == 5);
    assert!(remote.repo().files("main").contains_key("head.safetensors"));
}

#[test]
fn a_hub_that_leaves_them_is_found_out() {
    let (given, remote) = (given(), remote());
    let change = remote.clone();
    let server = remote.serve_but(
        |_, _| None,
        move |_, request, reply| {
            if is_commit(request) {
                let mut state = change.state();
                let repo = state.repos.get_mut("owner/name").expect("it");
                let head = repo.branches["main"].clone();
                repo.commits.get_mut(&head).expect("a commit").insert("plots/a.svg".into(), b"old".to_vec());
            }
            reply
        },
    );
    refused(
        given.publish_as(&server, &owns().overwrite(true)),
        &["plots/a.svg at the Hub has 3 bytes, here it has no such file", "NOT published"],
    );
}
