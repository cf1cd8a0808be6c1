//! What is meant for a private repository is not shown to everybody.
use super::given::{given, is_published, refused, writes};
use crate::server::Reply;
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
