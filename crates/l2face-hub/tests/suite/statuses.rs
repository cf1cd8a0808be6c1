//! What a server can answer at each step of a download in place of what was asked for.
use super::each::each;
use super::repository::{fetch, files_below, noise, refused, Repository};
use super::server::{Reply, Request};
use super::split::{snapshot, split};
use std::time::{Duration, Instant};

type Step = (&'static str, fn(&Request) -> bool);

/// The requests of a download, each by what it asks.
const STEPS: [Step; 3] = [
    ("the revision", |request| request.path.contains("/revision/")),
    ("size and hash", |request| request.method == "HEAD"),
    ("the file", |request| request.method == "GET" && request.path.contains("/resolve/")),
];
/// Those that no second try can change, with words of the error.
const FINAL: [(u16, &str); 7] = [
    (400, "does not answer as a Hub does"),
    (401, "asks who you are"),
    (403, "refuses access"),
    (404, "has no file `model.safetensors`"),
    (409, "does not answer as a Hub does"),
    (412, "does not answer as a Hub does"),
    (451, "does not answer as a Hub does"),
];

fn repository() -> Repository {
    Repository::of(&[("model.safetensors", &noise(100_000))])
}

/// Every request of the step gets this answer.
fn answers(step: Step, reply: Reply) -> super::server::Server {
    repository().serve_but(move |request| step.1(request).then(|| reply.clone()))
}

const PLACE: &str = "hf:owner/name/model.safetensors";

#[test]
fn refusals_are_one_error_each_and_not_tried_again() {
    let [revision, facts, file] = STEPS;
    for (status, words) in FINAL {
        for step in [revision, facts, file].into_iter().filter(|step| step.0 != file.0 || !(401..405).contains(&status))
        {
            let folder = tempfile::tempdir().expect("a folder");
            let missing = status == 404;
            let words = if missing && step.0 == revision.0 { "no such repository" } else { words };
            let server = answers(step, Reply::refusal(status, if missing { "" } else { "Other" }, "these words"));
            refused(
                fetch(&server, folder.path(), PLACE),
                &["owner/name", words, if missing { "" } else { "these words" }],
            );
            let asked = server.requests().iter().filter(|request| step.1(request)).count();
            assert_eq!(asked, 1, "{status} in place of {}", step.0);
            assert_eq!(files_below(folder.path()), Vec::<String>::new());
            fetch(&repository().serve(), folder.path(), PLACE).expect("a sound server");
        }
    }
}

#[test]
fn troubles_that_may_pass_are_tried_again_and_then_one_error() {
    let statuses = [408, 429, 500, 502, 503, 504];
    each(STEPS.into_iter().flat_map(|step| statuses.map(|status| (step, status))), |(step, status)| {
        let folder = tempfile::tempdir().expect("a folder");
        let server = answers(step, Reply::new(status, ""));
        refused(fetch(&server, folder.path(), PLACE), &["does not answer", &format!("status {status}"), "try again"]);
        // hf-hub asks for size and hash once more before each try of the file.
        let asked = server.requests().iter().filter(|request| step.1(request)).count();
        assert_eq!(asked, 4, "{status} in place of {}", step.0);
        assert_eq!(files_below(folder.path()), Vec::<String>::new());
        fetch(&repository().serve(), folder.path(), PLACE).expect("a sound server");
    });
}

#[test]
fn a_busy_server_gets_its_time_at_every_step() {
    each(STEPS, |step| {
        let (folder, mut times) = (tempfile::tempdir().expect("a folder"), 0);
        let server = repository().serve_but(move |request| {
            times += usize::from(step.1(request));
            (step.1(request) && times == 1).then(|| Reply::new(429, "").with("Retry-After", 1))
        });
        let start = Instant::now();
        fetch(&server, folder.path(), PLACE).expect("the second try");
        assert!(start.elapsed() >= Duration::from_secs(1), "{}", step.0);
        let server = answers(step, Reply::new(429, "").with("Retry-After", 3600));
        let folder = tempfile::tempdir().expect("a folder");
        let words = ["status 429, to be tried again in 3600 s", "does not answer"];
        refused(fetch(&server, folder.path(), PLACE), &words);
        assert_eq!(server.requests().iter().filter(|request| step.1(request)).count(), 1, "{}", step.0);
    });
}

/// The storage's address has expired, or its file is gone: each try asks for a new address, and the repository is not called missing.
#[test]
fn a_storage_that_refuses_is_asked_again() {
    let cases = [401, 403, 404].into_iter().flat_map(|status| [1, usize::MAX].map(|times| (status, times)));
    each(cases, |(status, times)| {
        let (folder, mut left) = (tempfile::tempdir().expect("a folder"), times);
        let servers = split(repository(), move |_, request, reply| match request.path.len() == 65 && left > 0 {
            true => {
                left -= 1;
                Reply::new(status, "")
            }
            false => reply,
        });
        let fetched = snapshot(&servers, folder.path(), &["model.safetensors"]).map(|mut fetched| fetched.remove(0));
        if times == 1 {
            return assert!(std::fs::read(fetched.expect("a new address").path).expect("bytes") == noise(100_000));
        }
        let status = format!("status {status}");
        refused(fetched, &["model.safetensors", "was announced and is not sent", &status, "try again"]);
        assert_eq!(servers.storage.requests().len(), 4);
        assert_eq!(files_below(folder.path()), Vec::<String>::new());
    });
}
