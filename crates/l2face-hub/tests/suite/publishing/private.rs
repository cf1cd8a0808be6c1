//! What is meant for a private repository is not shown to everybody.
use super::given::{given, is_published, refused, writes};
use crate::server::{Reply, Request};
use crate::writable::Writable;
use l2face_hub::{Outcome, PublishCause, PublishOptions, RemoteState};

#[test]
fn a_public_repository_is_refused_where_a_private_one_was_asked_for() {
    for branch in ["main", "new"] {
        for dry_run in [false, true] {
            let (given, remote) = (given(), Writable::with(&[]));
            let server = remote.serve();
            let options = PublishOptions::new().private(true).revision(branch).dry_run(dry_run);
            let error =
                refused(given.publish_as(&server, &options), &["owner/name", "is public", "The Hub is as it was"]);
            assert!(matches!(*error.cause, PublishCause::IsPublic(_)) && error.state == RemoteState::Untouched);
            assert!(!server.requests().iter().any(writes) && remote.repo().files("main").is_empty());
        }
    }
}

#[test]
fn a_private_one_is_added_to_and_a_new_one_made() {
    let (given, remote) = (given(), Writable::new());
    let options = PublishOptions::new().private(true);
    assert_eq!(given.publish_as(&remote.serve(), &options).expect("a new one").outcome, Outcome::Sent);
    assert!(remote.repo().private && is_published(&remote, "main"));
    assert_eq!(given.publish_as(&remote.serve(), &options).expect("again").outcome, Outcome::AlreadyThere);
    given.publish(&remote.serve()).expect("nobody asked for a private one");
}

#[test]
fn a_public_one_that_somebody_makes_meanwhile() {
    let (given, remote) = (given(), Writable::new());
    let theirs = remote.clone();
    let server = remote.serve_but(
        |_, _| None,
        move |_, request, reply| {
            if request.path.contains("/repos/create") {
                theirs.state().repos.get_mut("owner/name").expect("it").private = false;
            }
            reply
        },
    );
    refused(given.publish_as(&server, &PublishOptions::new().private(true)), &["is public", "no file was changed"]);
    assert!(remote.repo().messages.is_empty());
}

#[test]
fn a_hub_that_does_not_say_is_not_trusted() {
    let (given, remote) = (given(), Writable::with(&[]));
    let asks = |path: &str| path == "/api/models/owner/name";
    let server =
        remote.serve_but(move |_, request| asks(&request.path).then(|| Reply::new(200, "{}")), |_, _, reply| reply);
    refused(given.publish_as(&server, &PublishOptions::new().private(true)), &["whether the repository is private"]);
    assert!(!server.requests().iter().any(writes));
}

fn creations(requests: &[Request]) -> Vec<serde_json::Value> {
    let made = requests.iter().filter(|request| request.path.contains("/repos/create"));
    made.map(|request| serde_json::from_slice(&request.body).expect("JSON")).collect()
}

/// Python asks for a private repository by `visibility`, hf-hub by `private`: a Hub that knows one of the two makes a private one.
#[test]
fn either_name_of_private_is_enough() {
    for known in ["private", "visibility"] {
        let (given, remote) = (given(), Writable::new());
        remote.state().private = known;
        let server = remote.serve();
        let options = PublishOptions::new().private(true);
        given.publish_as(&server, &options).unwrap_or_else(|error| panic!("{known}: {error}"));
        assert!(remote.repo().private && is_published(&remote, "main"), "{known}");
        assert_eq!(creations(&server.requests()).len(), 1);
    }
}

#[test]
fn a_hub_that_takes_only_one_of_them_is_asked_again() {
    let (given, remote) = (given(), Writable::new());
    let both = |request: &Request| String::from_utf8_lossy(&request.body).contains("visibility");
    let server = remote.serve_but(
        move |_, request| {
            (request.path.contains("/repos/create") && both(request)).then(|| Reply::new(400, "{\"error\": \"one\"}"))
        },
        |_, _, reply| reply,
    );
    given.publish_as(&server, &PublishOptions::new().private(true)).expect("published");
    assert!(remote.repo().private && creations(&server.requests()).len() == 2);
}

#[test]
fn a_public_one_is_asked_for_as_before() {
    let (given, server) = (given(), Writable::new().serve());
    given.publish(&server).expect("published");
    let want = serde_json::json!({"type": "model", "name": "name", "organization": "owner", "private": false});
    assert_eq!(creations(&server.requests()), [want]);
}
