//! A large file by Xet, against Hugging Face's own storage server.
//!
//! ```text
//! cargo install xet-client --version 1.8.0 --features simulation --bin local_cas_server --root /tmp/cas   # some ten CPU minutes
//! L2FACE_CAS=/tmp/cas/bin/local_cas_server cargo xtask peers   # eight minutes
//! ```
use crate::hub::{comes_back, free_port, mock, read, Running, TOKEN};
use crate::model::{model, python_reads_it};
use crate::python::peer;
use l2face_hub::{Outcome, PublishOptions, PublishStep, RemoteState, Way};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::Instant;

fn storage(folder: &Path, port: u16) -> Option<Running> {
    let Some(program) = std::env::var_os("L2FACE_CAS") else {
        eprintln!("SKIPPED: L2FACE_CAS names no local_cas_server; how to build it stands in tests/peers/xet.rs");
        return None;
    };
    let mut command = Command::new(program);
    command.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--data-directory"]).arg(folder);
    Some(Running::start(port, &mut command))
}

#[test]
#[ignore = "needs local_cas_server and Python's huggingface_hub: L2FACE_CAS=PATH cargo xtask peers, half a minute"]
fn a_large_file_goes_by_xet_and_comes_back() {
    let [stored, folder, cache, home, xet] = [(); 5].map(|()| tempfile::tempdir().expect("a folder"));
    let Some(storage) = storage(stored.path(), free_port()) else { return };
    std::env::set_var("HF_XET_CACHE", xet.path()); // the tests of this program run one after the other
    let log = home.path().join("log");
    let Some(server) = mock(&log, Some(&storage.endpoint())) else { return };
    model(folder.path(), 60_000_000);
    let (hub, sent) = (server.hub(cache.path()), Mutex::new(0));
    let report = |step: PublishStep<'_>| {
        if let PublishStep::Sending { done, .. } = step {
            *sent.lock().expect("a number") = done;
        }
    };
    let published = hub.publish(folder.path(), "tester/large", &PublishOptions::new(), &report).expect("published");
    assert_eq!(published.outcome, Outcome::Sent);
    let weights = published.plan.files.iter().find(|file| file.path == "model.safetensors").expect("the weights");
    assert_eq!(weights.way, Way::Large);
    let commit = published.commit.clone().expect("a commit");
    let to = home.path().join("to");
    let loaded = peer(home.path(), &server.endpoint(), &["load", "tester/large", &commit, &to.to_string_lossy()]);
    python_reads_it(&loaded, folder.path());
    assert_eq!(loaded["private"], false);
    comes_back(&hub, &published, folder.path());
    let again = hub.publish(folder.path(), "tester/large", &PublishOptions::new(), &|_| ()).expect("again");
    assert_eq!(again.outcome, Outcome::AlreadyThere);
    eprintln!("reported while sending: {} of {} bytes", sent.into_inner().expect("a number"), weights.size);
    for kept in [stored.path(), cache.path(), xet.path()] {
        eprintln!("{} files in {}", read(kept).len(), kept.display());
        let held = |bytes: &[u8]| bytes.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes());
        assert!(read(kept).iter().all(|(_, bytes)| !held(bytes)), "the token lies in {}", kept.display());
    }
}

#[test]
#[ignore = "needs local_cas_server and Python's huggingface_hub: L2FACE_CAS=PATH cargo xtask peers, seven minutes of waiting"]
fn a_storage_that_is_down_and_comes_back() {
    let [stored, folder, cache, home, xet] = [(); 5].map(|()| tempfile::tempdir().expect("a folder"));
    let port = free_port();
    let Some(storing) = storage(stored.path(), port) else { return };
    std::env::set_var("HF_XET_CACHE", xet.path());
    let address = storing.endpoint();
    drop(storing);
    let Some(server) = mock(&home.path().join("log"), Some(&address)) else { return };
    model(folder.path(), 12_000_000);
    let hub = server.hub(cache.path());
    let publish = || hub.publish(folder.path(), "tester/later", &PublishOptions::new(), &|_| ());
    let start = Instant::now();
    let error = publish().map(|_| ()).expect_err("there is no storage");
    eprintln!("given up after {:.0?}: {error}", start.elapsed());
    assert!(!matches!(error.state, RemoteState::Committed(_)) && !error.to_string().contains(TOKEN));
    let _storing = storage(stored.path(), port);
    let published = publish().expect("the storage is back");
    assert_eq!(published.outcome, Outcome::Sent);
    comes_back(&hub, &published, folder.path());
}
