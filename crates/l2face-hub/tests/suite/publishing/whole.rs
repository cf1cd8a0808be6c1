//! Publications that succeed.
use super::given::{files, given, hub, is_published, refused, writes};
use crate::repository::files_below;
use crate::writable::{Files, Writable};
use l2face_hub::{Outcome, PublishOptions, PublishStep, RemoteState, Standing, Way};
use std::sync::Mutex;

#[test]
fn a_folder_is_published_and_comes_back_the_same() {
    let (remote, given) = (Writable::new(), given());
    let server = remote.serve();
    let published =
        given.publish_as(&server, &PublishOptions::new().private(true).message("First")).expect("published");
    assert_eq!((published.outcome, published.plan.creates_repository), (Outcome::Sent, true));
    assert_eq!(published.address, format!("{}/owner/name", server.endpoint()));
    assert_eq!(published.plan.warnings, ["a warning"]);
    assert_eq!(published.plan.paths(Standing::New), files().into_keys().collect::<Vec<_>>());
    let repo = remote.repo();
    assert!(repo.private && is_published(&remote, "main"));
    assert_eq!(repo.messages, ["First"]);
    assert_eq!(published.commit.as_ref(), repo.branches.get("main"));
    assert_eq!(files_below(given.cache.path()), Vec::<String>::new(), "nothing stays of the comparison");
    for (file, bytes) in files() {
        let (name, commit) = published.place.split_once('@').expect("a commit");
        let place = format!("{name}/{file}@{commit}").parse().expect("a place");
        let fetched = hub(&server, given.cache.path()).fetch(&place).expect("fetched");
        assert_eq!(std::fs::read(fetched.path).expect("bytes"), bytes, "{file}");
    }
}

#[test]
fn publishing_again_writes_nothing() {
    let (remote, given) = (Writable::new(), given());
    let first = given.publish(&remote.serve()).expect("published");
    let server = remote.serve();
    let again = given.publish(&server).expect("published");
    assert_eq!((again.outcome, &again.commit), (Outcome::AlreadyThere, &first.commit));
    assert_eq!(again.plan.bytes_to_send(), 0);
    assert_eq!(again.plan.others, [".gitattributes"]);
    assert!(server.requests().iter().all(|request| request.method != "POST"), "not even a question");
    let compared = server.requests().iter().filter(|request| request.path.contains("/resolve/")).count();
    assert_eq!(compared, 2 * files().len(), "every file is compared all the same");
}

#[test]
fn a_change_is_sent_alone_and_only_when_asked_for() {
    let (remote, given) = (Writable::new(), given());
    given.publish(&remote.serve()).expect("published");
    given.put("config.json", b"{\"dim\": 256}\n");
    given.put("new.txt", b"new");
    let server = remote.serve();
    let error = refused(
        given.publish(&server),
        &["owner/name has other contents in config.json at main", "The Hub is as it was"],
    );
    assert_eq!(error.state, RemoteState::Untouched);
    assert!(!server.requests().iter().any(writes));
    let published = given.publish_as(&server, &PublishOptions::new().overwrite(true)).expect("published");
    assert_eq!(published.plan.paths(Standing::Changed), ["config.json"]);
    assert_eq!(published.plan.paths(Standing::New), ["new.txt"]);
    assert_eq!(published.plan.bytes_to_send(), 16);
    let sent = server.requests().into_iter().find(writes).expect("a commit");
    let text = String::from_utf8_lossy(&sent.body).into_owned();
    assert!(text.contains("config.json") && text.contains("new.txt") && !text.contains("README.md"), "{text}");
    assert_eq!(remote.repo().files("main").get("config.json").expect("a file"), b"{\"dim\": 256}\n");
}

#[test]
fn a_branch_is_created_and_main_left_alone() {
    let (remote, given) = (Writable::with(&[("mine.txt", b"mine")]), given());
    let server = remote.serve();
    let options = PublishOptions::new().revision("feature/x");
    let published = given.publish_as(&server, &options).expect("published");
    assert!(published.plan.creates_branch && !published.plan.creates_repository);
    assert_eq!(published.address, format!("{}/owner/name/tree/feature/x", server.endpoint()));
    assert_eq!(published.plan.others, ["mine.txt"]);
    assert_eq!(remote.repo().files("feature/x").len(), files().len() + 1);
    assert_eq!(remote.repo().files("main"), Files::from([("mine.txt".to_string(), b"mine".to_vec())]));
    let nowhere = Writable::new();
    given.publish_as(&nowhere.serve(), &options).expect("repository and branch are created");
    assert!(is_published(&nowhere, "feature/x") && !is_published(&nowhere, "main"));
}

#[test]
fn a_dry_run_tells_and_writes_nothing() {
    let given = given();
    let options = PublishOptions::new().dry_run(true);
    let remote = Writable::new();
    let server = remote.serve();
    let plan = given.publish_as(&server, &options).expect("a plan").plan;
    assert!(plan.creates_repository && plan.files.iter().all(|file| file.way == Way::Open));
    assert!(remote.state().repos.is_empty() && !server.requests().iter().any(writes));
    let remote = Writable::with(&[("config.json", b"{\"dim\": 512}\n")]);
    remote.state().transfer = "xet".into();
    let server = remote.serve();
    let published = given.publish_as(&server, &options).expect("a plan");
    assert_eq!((published.outcome, published.commit), (Outcome::DryRun, None));
    let told: Vec<_> = published.plan.files.iter().map(|file| (file.path.as_str(), file.standing, file.way)).collect();
    assert_eq!(told[0], ("README.md", Standing::New, Way::Inline));
    assert_eq!(told[1], ("config.json", Standing::Unchanged, Way::Open));
    assert_eq!(told[3], ("model.safetensors", Standing::New, Way::Large));
    assert!(!server.requests().iter().any(writes));
    remote.state().transfer = "basic".into();
    let plan = given.publish_as(&server, &options).expect("a plan").plan;
    assert_eq!(plan.files[3].way, Way::Inline, "small enough, and there is no Xet");
}

#[test]
fn without_a_token_a_dry_run_still_compares() {
    let given = given();
    let server = Writable::with(&[("config.json", b"other")]).serve();
    let hub = l2face_hub::Hub::builder(given.cache.path()).endpoint(server.endpoint()).build().expect("a hub");
    let publish = |options: PublishOptions| hub.publish(given.model.path(), "owner/name", &options, &|_| ());
    let plan = publish(PublishOptions::new().dry_run(true).overwrite(true)).expect("a plan").plan;
    assert_eq!(plan.paths(Standing::Changed), ["config.json"]);
    let asked = server.requests().len();
    refused(publish(PublishOptions::new()), &["needs a token"]);
    assert_eq!(server.requests().len(), asked);
}

#[test]
fn each_step_is_reported() {
    let (remote, given) = (Writable::new(), given());
    let server = remote.serve();
    let seen = Mutex::new(Vec::new());
    let report = |step: PublishStep<'_>| {
        let name = match step {
            PublishStep::Reading { done, of } => format!("reading {}", done == of),
            PublishStep::Planned(plan) => format!("planned {}", plan.files.len()),
            PublishStep::Sending { of, .. } => format!("sending {of}"),
            PublishStep::Committed(_) => "committed".into(),
            PublishStep::Checking { file, done, of } if done == of => format!("checked {file}"),
            _ => return,
        };
        let mut seen = seen.lock().expect("a list");
        if seen.last() != Some(&name) {
            seen.push(name);
        }
    };
    hub(&server, given.cache.path())
        .publish(given.model.path(), "owner/name", &PublishOptions::new(), &report)
        .expect("published");
    let seen = seen.into_inner().expect("a list");
    let bytes: usize = files().values().map(Vec::len).sum();
    let mut want = vec!["reading false".into(), "reading true".into(), "planned 5".into(), format!("sending {bytes}")];
    want.push("committed".into());
    want.extend(files().keys().map(|file| format!("checked {file}")));
    assert_eq!(seen, want);
}
