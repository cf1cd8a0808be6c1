//! Only what was looked at before is sent.
use super::given::{files, given, is_published, refused};
use crate::repository::sha256;
use crate::writable::Writable;
use l2face_hub::{PublishCause, PublishOptions, RemoteState};
use std::collections::BTreeMap;

fn looked_at() -> BTreeMap<String, String> {
    files().iter().map(|(path, bytes)| (path.clone(), sha256(bytes))).collect()
}

#[test]
fn the_folder_that_was_looked_at_is_sent() {
    let (given, remote) = (given(), Writable::new());
    given.publish_as(&remote.serve(), &PublishOptions::new().expect(looked_at())).expect("published");
    assert!(is_published(&remote, "main"));
}

#[test]
fn a_change_in_between_is_refused_before_the_hub_is_asked() {
    let cases: [(&str, Option<&[u8]>); 3] =
        [("config.json", Some(b"{\"dim\": 513}\n")), ("new.txt", Some(b"new")), ("empty.txt", None)];
    for (path, bytes) in cases {
        for dry_run in [false, true] {
            let given = given();
            match bytes {
                Some(bytes) => given.put(path, bytes),
                None => std::fs::remove_file(given.model.path().join(path)).expect("a file"),
            }
            let server = Writable::new().serve();
            let options = PublishOptions::new().expect(looked_at()).dry_run(dry_run);
            let error = refused(given.publish_as(&server, &options), &[path, "changed after it was looked at"]);
            assert!(matches!(*error.cause, PublishCause::Unexpected(_)) && error.state == RemoteState::Untouched);
            assert!(server.requests().is_empty(), "{path}");
        }
    }
}
