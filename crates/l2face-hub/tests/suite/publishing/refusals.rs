//! What a Hub can answer in place of taking a file, and what is not even sent.
use super::given::{each, files, given, hub, is_commit, is_published, refused, writes, Given};
use crate::repository::noise;
use crate::server::{Reply, Request, Server};
use crate::writable::Writable;
use l2face_hub::{Outcome, PublishCause, PublishOptions, RemoteState};
use std::time::{Duration, Instant};

/// The first `times` requests that are chosen get this answer.
fn first(
    remote: &Writable,
    mut times: usize,
    chosen: impl Fn(&Request) -> bool + Send + 'static,
    reply: Reply,
) -> Server {
    remote.serve_but(
        move |_, request| {
            let hit = times > 0 && chosen(request);
            times -= usize::from(hit);
            hit.then(|| reply.clone())
        },
        |_, _, reply| reply,
    )
}

fn always(remote: &Writable, chosen: impl Fn(&Request) -> bool + Send + 'static, reply: Reply) -> Server {
    first(remote, usize::MAX, chosen, reply)
}

fn at(part: &'static str) -> impl Fn(&Request) -> bool + Send {
    move |request| request.path.contains(part)
}

/// Parts of the paths of a first publication, in their order.
const STEPS: [&str; 8] =
    ["/revision/main", "/validate-yaml", "/repos/create", "/tree/", "/preupload/", "/batch", "/commit/", "/resolve/"];

#[test]
fn whoever_may_not_is_told_whose_token_it_is() {
    for (status, role, who) in [
        (401, "write", "the token is tester's: does tester own `owner`"),
        (403, "write", "the token is tester's: does tester own `owner`"),
        (403, "read", "the token is tester's and may only read"),
    ] {
        for step in STEPS {
            let (given, remote) = (given(), Writable::new());
            remote.state().role = role;
            let server = always(&remote, at(step), Reply::refusal(status, "", "not you"));
            let error = refused(given.publish(&server), &["the Hub refuses", "not you", who]);
            assert_eq!(
                server.requests().iter().filter(|request| at(step)(request)).count(),
                1,
                "{step} is not tried again"
            );
            assert_eq!(matches!(error.state, RemoteState::Committed(_)), step == "/resolve/", "{step}: {error}");
        }
    }
    let server = always(&Writable::new(), |_| true, Reply::refusal(401, "", "Invalid username or password."));
    refused(given().publish(&server), &["the Hub does not know this token", "The Hub is as it was"]);
}

#[test]
fn a_repository_that_vanishes() {
    for step in ["/tree/", "/preupload/", "/commit/", "/resolve/"] {
        let (given, remote) = (given(), Writable::with(&[]));
        let server = always(&remote, at(step), Reply::refusal(404, "RepoNotFound", "Repository not found"));
        refused(given.publish(&server), &["does not find owner/name at main", "Repository not found"]);
    }
}

#[test]
fn a_server_that_stumbles_is_asked_again() {
    each(STEPS, |step| {
        for status in [500, 502, 503, 504] {
            let (given, remote) = (given(), Writable::new());
            let server = first(&remote, 1, at(step), Reply::new(status, "oh"));
            assert_eq!(given.publish(&server).expect(step).outcome, Outcome::Sent);
            assert!(is_published(&remote, "main") && remote.repo().messages.len() == 1);
        }
    });
}

#[test]
fn a_server_that_does_not_recover_is_one_error() {
    each(STEPS.into_iter().flat_map(|step| [408, 429, 500].map(|status| (step, status))), |(step, status)| {
        let (given, remote) = (given(), Writable::new());
        let server = always(&remote, at(step), Reply::new(status, "{\"error\": \"out of order\"}"));
        // The answer to HEAD has no words.
        let words = if step == "/resolve/" { "" } else { ": out of order" };
        refused(given.publish(&server), &["does not answer", &format!("status {status}{words}")]);
        assert_eq!(server.requests().iter().filter(|request| at(step)(request)).count(), 4, "{step}");
    });
}

#[test]
fn a_busy_server_is_given_the_time_it_asks_for() {
    each(STEPS, |step| {
        let (given, remote) = (given(), Writable::new());
        let server = first(&remote, 1, at(step), Reply::new(429, "").with("Retry-After", 1));
        let start = Instant::now();
        given.publish(&server).expect(step);
        assert!(start.elapsed() >= Duration::from_secs(1) && is_published(&remote, "main"), "{step}");
    });
    let (given, remote) = (given(), Writable::new());
    let server = always(&remote, is_commit, Reply::new(429, "").with("Retry-After", 3600));
    refused(given.publish(&server), &["status 429, to be tried again in 3600 s", "no file was changed"]);
    assert_eq!(server.requests().iter().filter(|request| is_commit(request)).count(), 1);
}

#[test]
fn someone_else_was_faster() {
    for status in [409, 412] {
        let (given, remote) = (given(), Writable::with(&[]));
        let theirs = remote.clone();
        let server = remote.serve_but(
            move |_, request| {
                is_commit(request).then(|| {
                    theirs.state().repos.get_mut("owner/name").expect("it").commit("main", Default::default());
                    Reply::refusal(status, "", "A commit has happened since.")
                })
            },
            |_, _, reply| reply,
        );
        let error = refused(
            given.publish(&server),
            &["changed by someone else", "A commit has happened", "The Hub is as it was"],
        );
        assert!(matches!(*error.cause, PublishCause::Moved { .. }));
        assert_eq!(server.requests().iter().filter(|request| is_commit(request)).count(), 1);
    }
    // The real rule of this Hub, without a made-up answer.
    let (given, remote) = (given(), Writable::with(&[]));
    let theirs = remote.clone();
    let server = remote.serve_but(
        move |_, request| {
            if request.path.contains("/preupload/") {
                theirs.state().repos.get_mut("owner/name").expect("it").commit("main", Default::default());
            }
            None
        },
        |_, _, reply| reply,
    );
    refused(given.publish(&server), &["changed by someone else", "status 412"]);
    assert!(remote.repo().files("main").is_empty());
}

#[test]
fn a_branch_or_a_repository_that_is_there_by_then() {
    for (step, branch) in [("/repos/create", "main"), ("/branch/", "v1")] {
        let (given, remote) = (given(), Writable::new());
        let theirs = remote.clone();
        let server = remote.serve_but(
            move |_, request| {
                request.path.contains(step).then(|| {
                    theirs.answer(request);
                    theirs.answer(request)
                })
            },
            |_, _, reply| reply,
        );
        given.publish_as(&server, &PublishOptions::new().revision(branch)).expect("409 is as good");
        assert!(is_published(&remote, branch));
    }
}

#[test]
fn a_slow_server_is_waited_for_and_a_silent_one_given_up() {
    let (given, remote) = (given(), Writable::new());
    let slow = |_, _: &Request, reply| Reply { delay: Duration::from_millis(150), ..reply };
    given.publish(&remote.serve_but(|_, _| None, slow)).expect("published");
    for step in ["/revision/main", "/preupload/", "/commit/", "/resolve/"] {
        let (given, remote) = (super::given::given(), Writable::new());
        let server = remote.serve_but(
            |_, _| None,
            move |_, request, reply| match request.path.contains(step) {
                true => Reply { delay: Duration::from_millis(2000), ..reply },
                false => reply,
            },
        );
        let error = silent(&given, &server);
        // The commit was made, and the branch says so, whatever became of the answer.
        match step {
            "/commit/" => assert!(error.is_none() && is_published(&remote, "main")),
            _ => assert!(error.expect("an error").contains("does not answer")),
        }
    }
}

fn silent(given: &Given, server: &Server) -> Option<String> {
    let builder = l2face_hub::Hub::builder(given.cache.path()).endpoint(server.endpoint()).token("hf_x");
    // Where the weights are sent, they add a second to it.
    let hub = builder.patience(Duration::from_millis(300)).build().expect("a hub");
    let published = hub.publish(given.model.path(), "owner/name", &PublishOptions::new(), &|_| ());
    published.err().map(|error| error.to_string())
}

#[test]
fn answers_that_are_no_answers() {
    each(STEPS.into_iter().filter(|step| *step != "/resolve/"), |step| {
        let (given, remote) = (given(), Writable::new());
        let server = always(&remote, at(step), Reply::new(200, "<html>Welcome to the hotel's network</html>"));
        refused(given.publish(&server), &["does not answer as a Hub does"]);
        assert!(remote.repo().messages.is_empty());
    });
}

#[test]
fn large_files_need_xet() {
    let (given, remote) = (given(), Writable::with(&[]));
    given.put("model.safetensors", &noise(10_000_001));
    let server = remote.serve();
    refused(
        given.publish(&server),
        &["does not take large files by Xet", "`basic`", "model.safetensors", "The Hub is as it was"],
    );
    assert!(!server.requests().iter().any(writes));
    given.put("model.safetensors", &noise(10_000_000));
    given.publish(&server).expect("small enough");
    for number in 0..6 {
        given.put(&format!("{number}.safetensors"), &vec![number; 9_000_000]);
    }
    refused(given.publish(&server), &["54000000 bytes", "50 MB"]);
}

#[test]
fn what_is_not_even_asked_for() {
    let given = given();
    let server = Writable::new().serve();
    let hub = hub(&server, given.cache.path());
    let publish = |name: &str, options: PublishOptions| hub.publish(given.model.path(), name, &options, &|_| ());
    for (name, part) in [
        ("name", "two names"),
        ("../name", "the owner `..`"),
        ("owner/name/file.txt", "without a file"),
        ("owner/na me", "has a character"),
    ] {
        refused(publish(name, PublishOptions::new()), &[part]);
    }
    for branch in ["refs/pr/1", "0123456789abcdef0123456789abcdef01234567"] {
        refused(publish("owner/name", PublishOptions::new().revision(branch)), &[branch, "is not a branch"]);
    }
    refused(publish("owner/name", PublishOptions::new().revision("a b")), &["the revision `a b`"]);
    let offline = l2face_hub::Hub::builder(given.cache.path()).endpoint(server.endpoint()).token("x").offline(true);
    let offline = offline.build().expect("a hub");
    refused(offline.publish(given.model.path(), "owner/name", &PublishOptions::new(), &|_| ()), &["needs the network"]);
    given.put(".env", b"secret");
    refused(given.publish(&server), &[".env", "is hidden"]);
    assert!(server.requests().is_empty());
}

#[test]
fn a_file_that_the_repository_ignores() {
    let (given, remote) = (given(), Writable::with(&[]));
    remote.state().ignores = Some("config.json");
    let server = remote.serve();
    refused(given.publish(&server), &["config.json: the repository's .gitignore"]);
    assert!(!server.requests().iter().any(writes) && files().len() == 5);
}
