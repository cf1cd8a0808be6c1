//! Connections that break at every request of a publication.
use super::given::{each, given, is_commit, is_published, writes, Given};
use crate::server::{Reply, Request};
use crate::writable::Writable;
use l2face_hub::{Outcome, PublishError, PublishOptions, Published, RemoteState};
use std::sync::Mutex;

const BRANCH: &str = "v1";

/// Where a connection breaks: before the Hub has done what was asked, or on the way back.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cut {
    Before,
    After,
    Short,
}

/// The connection breaks at the requests that are chosen by their number.
fn publish(
    given: &Given,
    remote: &Writable,
    cut: Cut,
    chosen: impl Fn(usize) -> bool + Clone + Send + 'static,
) -> Result<Published, PublishError> {
    let before = chosen.clone();
    let server = remote.serve_but(
        move |number, _: &Request| (before(number) && cut == Cut::Before).then(Reply::cut),
        move |number, _, reply| match cut {
            Cut::After if chosen(number) => Reply::cut(),
            Cut::Short if chosen(number) => Reply { declared: Some(reply.body.len() as u64 + 10), ..reply },
            _ => reply,
        },
    );
    given.publish_as(&server, &PublishOptions::new().revision(BRANCH))
}

/// The requests of a publication to a Hub that has nothing.
fn requests() -> Vec<Request> {
    let server = Writable::new().serve();
    given().publish_as(&server, &PublishOptions::new().revision(BRANCH)).expect("published");
    server.requests()
}

fn commits(remote: &Writable) -> usize {
    remote.repo().messages.len()
}

/// One broken connection: the publication goes on, and makes one commit.
fn one(cut: Cut) {
    each(requests().iter().enumerate(), |(number, request)| {
        let (given, remote) = (given(), Writable::new());
        let published = publish(&given, &remote, cut, move |n| n == number);
        let at = format!("{cut:?} {number} {} {}", request.method, request.path);
        let published = published.unwrap_or_else(|error| panic!("{at}: {error}"));
        assert_eq!(published.outcome, Outcome::Sent, "{at}");
        assert!(is_published(&remote, BRANCH), "{at}");
        assert_eq!(commits(&remote), 1, "{at}");
    });
}

/// The Hub is gone from one request on: an error that says what it has, and the next run ends well.
fn all(cut: Cut) {
    let states = Mutex::new(Vec::new());
    each(requests().iter().enumerate(), |(number, request)| {
        let (given, remote) = (given(), Writable::new());
        let at = format!("{cut:?} from {number} {} {}", request.method, request.path);
        let error = publish(&given, &remote, cut, move |n| n >= number).map(|_| ()).expect_err(&at);
        assert!(error.to_string().contains("does not answer"), "{at}: {error}");
        assert_eq!(error.state, state(&remote, &error.state), "{at}: {error}");
        let published = publish(&given, &remote, cut, |_| false).unwrap_or_else(|error| panic!("{at}, again: {error}"));
        assert!(is_published(&remote, BRANCH), "{at}");
        assert_eq!(commits(&remote), 1, "{at}");
        assert_eq!(published.commit.as_ref(), remote.repo().branches.get(BRANCH), "{at}");
        states.lock().expect("a list").push(error.state);
    });
    let states = states.into_inner().expect("a list");
    assert!(states.contains(&RemoteState::Untouched) && states.contains(&RemoteState::Unknown));
    assert!(states.iter().any(|state| matches!(state, RemoteState::Committed(_))));
    assert!(states.iter().any(|state| matches!(state, RemoteState::Prepared(_))));
}

/// What the error may say of this Hub: a claim that is not true is not returned.
fn state(remote: &Writable, claimed: &RemoteState) -> RemoteState {
    let repo = remote.repo();
    match claimed {
        RemoteState::Untouched => assert!(remote.state().repos.is_empty()),
        RemoteState::Prepared(_) => assert_eq!(commits(remote), 0),
        RemoteState::Committed(_) => {
            assert!(is_published(remote, BRANCH));
            return RemoteState::Committed(repo.branches[BRANCH].clone());
        }
        _ => {}
    }
    claimed.clone()
}

#[test]
fn one_request_that_does_not_arrive() {
    one(Cut::Before);
}

#[test]
fn one_answer_that_does_not_arrive() {
    one(Cut::After);
}

#[test]
fn one_answer_that_breaks_off() {
    one(Cut::Short);
}

#[test]
fn no_request_arrives_any_more() {
    all(Cut::Before);
}

#[test]
fn no_answer_arrives_any_more() {
    all(Cut::After);
}

#[test]
fn the_requests_are_those_that_were_thought_of() {
    let requests = requests();
    let count = |chosen: fn(&Request) -> bool| requests.iter().filter(|request| chosen(request)).count();
    assert_eq!((count(writes), count(is_commit)), (3, 1), "repository, branch, commit");
    assert_eq!(count(|request| request.method == "HEAD"), 5);
    assert!(requests.len() > 20, "{}", requests.len());
}
