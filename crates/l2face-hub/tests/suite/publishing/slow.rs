//! A Hub that falls silent in the middle of an answer, and one that is slow at every step.
use super::given::{each, given, is_commit, is_published, Given};
use crate::server::{Reply, Server};
use crate::writable::Writable;
use l2face_hub::{Hub, PublishError, PublishOptions, Published, RemoteState};
use std::time::{Duration, Instant};

/// Parts of the paths of a first publication, in their order.
const STEPS: [&str; 8] =
    ["/revision/main", "/validate-yaml", "/repos/create", "/tree/", "/preupload/", "/batch", "/commit/", "/resolve/"];
const PATIENCE: Duration = Duration::from_millis(300);
const NAMED: &str = "nothing came for 0.3 s";

fn publish(given: &Given, server: &Server) -> Result<Published, PublishError> {
    let hub = Hub::builder(given.cache.path()).endpoint(server.endpoint()).token("hf_x").patience(PATIENCE).build();
    hub.expect("a hub").publish(given.model.path(), "owner/name", &PublishOptions::new(), &|_| ())
}

/// So many bytes of every answer of a step are sent, and then nothing more; the first `times` times.
fn silent(remote: &Writable, step: &'static str, sent: usize, mut times: usize) -> Server {
    remote.serve_but(
        |_, _| None,
        move |_, request, reply| match times > 0 && request.path.contains(step) {
            true => {
                times -= 1;
                Reply { sent: Some(sent), held: Duration::from_secs(3600), ..reply }
            }
            false => reply,
        },
    )
}

#[test]
fn one_silence_at_any_step_is_survived() {
    each(STEPS.into_iter().flat_map(|step| [0, 20, 90].map(|sent| (step, sent))), |(step, sent)| {
        let (given, remote) = (given(), Writable::new());
        let published = publish(&given, &silent(&remote, step, sent, 1));
        published.unwrap_or_else(|error| panic!("{step}, {sent} bytes: {error}"));
        assert!(is_published(&remote, "main") && remote.repo().messages.len() == 1, "{step}, {sent} bytes");
    });
}

#[test]
fn silence_at_any_step_is_one_error_that_names_it() {
    each(STEPS.into_iter().flat_map(|step| [0, 20, 90].map(|sent| (step, sent))), |(step, sent)| {
        let (given, remote, start) = (given(), Writable::new(), Instant::now());
        let result = publish(&given, &silent(&remote, step, sent, usize::MAX));
        // Four tries at the most; what is sent has a second more for its bytes.
        assert!(start.elapsed() < Duration::from_secs(12), "{step}, {sent} bytes: {:?}", start.elapsed());
        match step {
            // The branch tells that it was made.
            "/commit/" => assert!(result.is_ok() && is_published(&remote, "main")),
            _ => {
                let error = result.map(|_| ()).expect_err(step);
                let text = error.to_string();
                assert!(text.contains("does not answer") && text.contains(NAMED), "{step}, {sent} bytes: {text}");
                assert_eq!(matches!(error.state, RemoteState::Committed(_)), step == "/resolve/", "{text}");
            }
        }
        publish(&given, &remote.serve()).expect("again");
        assert!(is_published(&remote, "main") && remote.repo().messages.len() == 1, "{step}, {sent} bytes");
    });
}

/// A publication that takes far longer than the patience in all, and several times as long in single answers.
#[test]
fn a_trickle_is_waited_for() {
    let (given, remote, start) = (given(), Writable::new(), Instant::now());
    let server = remote.serve_but(|_, _| None, |_, _, reply| Reply { pace: Duration::from_millis(150), ..reply });
    publish(&given, &server).expect("a slow Hub");
    assert!(start.elapsed() > 6 * PATIENCE && is_published(&remote, "main"), "{:?}", start.elapsed());
    assert_eq!(server.requests().iter().filter(|request| is_commit(request)).count(), 1, "nothing is begun again");
}
