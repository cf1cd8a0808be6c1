//! What a server can answer in place of a file.
use super::repository::{fetch, files_below, noise, refused, Repository};
use super::server::{Reply, Request};
use l2face_hub::HubError;
use std::time::{Duration, Instant};

fn repository() -> Repository {
    Repository::of(&[("model.safetensors", &noise(100_000)), ("b.onnx", b"b")])
}

fn is_download(request: &Request) -> bool {
    request.method == "GET" && request.path.contains("/resolve/")
}

fn asks_revision(request: &Request) -> bool {
    request.path.contains("/revision/")
}

fn asks_facts(request: &Request) -> bool {
    request.method == "HEAD"
}

/// The first `times` requests that are chosen get this answer.
fn first(
    mut times: usize,
    chosen: fn(&Request) -> bool,
    reply: Reply,
) -> impl FnMut(&Request) -> Option<Reply> + Send + 'static {
    move |request| {
        let hit = times > 0 && chosen(request);
        times -= usize::from(hit);
        hit.then(|| reply.clone())
    }
}

#[test]
fn what_is_not_there_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = repository().serve();
    let at = |place| fetch(&server, folder.path(), place);
    refused(at("hf:owner/other"), &["owner/other", "no such repository", "HF_TOKEN"]);
    refused(at("hf:owner/name@v9"), &["owner/name", "no revision `v9`"]);
    refused(at("hf:owner/name/c.onnx"), &["no file `c.onnx` at main", "b.onnx, model.safetensors"]);
    assert_eq!(files_below(folder.path()), Vec::<String>::new());
}

#[test]
fn refusals_say_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    for (status, code, parts) in [
        (401, "RepoNotFound", ["no such repository, or it is private", "HF_TOKEN"]),
        (401, "GatedRepo", ["asks who you are", "please log in"]),
        (403, "GatedRepo", ["refuses access", "please log in"]),
        (404, "", ["no such repository", "HF_TOKEN"]),
        (418, "", ["does not answer as a Hub", "418"]),
    ] {
        let reply = Reply::refusal(status, code, "please log in");
        let server = repository().serve_but(move |_| Some(reply.clone()));
        refused(fetch(&server, folder.path(), "hf:owner/name"), &parts);
        assert_eq!(server.requests().len(), 1, "{status} is not tried again");
    }
}

#[test]
fn a_page_in_place_of_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = repository().serve_but(|_| Some(Reply::new(200, "<html>Welcome to the hotel's network</html>")));
    refused(fetch(&server, folder.path(), "hf:owner/name"), &["does not answer as a Hub does"]);
}

#[test]
fn a_cut_download_is_tried_again_and_never_kept() {
    let cut = Reply { declared: Some(100_000), ..Reply::new(200, noise(70_000)) };
    let folder = tempfile::tempdir().expect("a folder");
    let server = repository().serve_but(first(usize::MAX, is_download, cut.clone()));
    let error = refused(fetch(&server, folder.path(), "hf:owner/name"), &["hf:owner/name", "breaks off"]);
    assert!(matches!(error, HubError::BrokenOff { .. }));
    assert_eq!(files_below(folder.path()), Vec::<String>::new());
    let short = Reply::new(200, noise(70_000));
    for reply in [cut, short] {
        let folder = tempfile::tempdir().expect("a folder");
        let server = repository().serve_but(first(1, is_download, reply));
        let got = fetch(&server, folder.path(), "hf:owner/name").expect("the second try");
        assert_eq!(std::fs::read(got.path).expect("bytes"), noise(100_000));
    }
}

#[test]
fn bytes_that_were_not_announced_are_not_kept() {
    let mut other = noise(100_000);
    other[5000] ^= 1;
    for (bytes, part) in [(other, "SHA-256"), (noise(100_001), "announced was 100000 bytes")] {
        let folder = tempfile::tempdir().expect("a folder");
        let server = repository().serve_but(first(1, is_download, Reply::new(200, bytes)));
        let error = refused(fetch(&server, folder.path(), "hf:owner/name"), &["owner/name/model.safetensors", part]);
        assert!(matches!(error, HubError::Mismatch { .. }));
        assert_eq!(files_below(folder.path()), Vec::<String>::new());
        fetch(&server, folder.path(), "hf:owner/name").expect("the server is sound now");
    }
}

#[test]
fn a_server_that_stumbles_is_asked_again() {
    for chosen in [asks_revision as fn(&Request) -> bool, asks_facts, is_download] {
        let folder = tempfile::tempdir().expect("a folder");
        let server = repository().serve_but(first(1, chosen, Reply::new(500, "oh")));
        fetch(&server, folder.path(), "hf:owner/name").expect("the second try");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let server = repository().serve_but(first(usize::MAX, |_| true, Reply::new(503, "down")));
    refused(fetch(&server, folder.path(), "hf:owner/name"), &["is not in the cache", "status 503"]);
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn a_busy_server_is_given_the_time_it_asks_for() {
    let busy = |seconds: u32| Reply::new(429, "").with("Retry-After", seconds);
    for chosen in [asks_revision as fn(&Request) -> bool, asks_facts] {
        let folder = tempfile::tempdir().expect("a folder");
        let server = repository().serve_but(first(1, chosen, busy(1)));
        let start = Instant::now();
        fetch(&server, folder.path(), "hf:owner/name").expect("the second try");
        assert!(start.elapsed() >= Duration::from_secs(1));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let server = repository().serve_but(first(usize::MAX, |_| true, busy(3600)));
    refused(fetch(&server, folder.path(), "hf:owner/name"), &["status 429, to be tried again in 3600 s"]);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_server_that_is_down_is_replaced_by_the_copy() {
    let folder = tempfile::tempdir().expect("a folder");
    let online = fetch(&repository().serve(), folder.path(), "hf:owner/name").expect("a file");
    let server = repository().serve_but(first(usize::MAX, |_| true, Reply::new(502, "down")));
    let got = fetch(&server, folder.path(), "hf:owner/name").expect("the copy");
    assert!(got.path == online.path && got.note.is_some_and(|note| note.contains("status 502")));
}

/// The Hub names small files by git's hash of a blob. Forty digits that are something else (here the SHA-1 of the bytes alone) could check nothing.
#[test]
fn forty_digits_that_are_no_git_hash_are_refused() {
    use sha1::{Digest, Sha1};
    let folder = tempfile::tempdir().expect("a folder");
    let sha1: String = Sha1::digest(b"{}").iter().map(|byte| format!("{byte:02x}")).collect();
    let other = Reply::new(200, "{}").with("ETag", format!("\"{sha1}\""));
    let served = Repository::of(&[("config.json", b"{}")]);
    let server = served.serve_but(move |request| request.path.contains("/resolve/").then(|| other.clone()));
    let error =
        refused(fetch(&server, folder.path(), "hf:owner/name/config.json"), &["config.json", "git hash", &sha1]);
    assert!(matches!(error, HubError::Mismatch { .. }));
    assert_eq!(files_below(folder.path()), Vec::<String>::new());
}

#[test]
fn a_small_file_that_was_exchanged_is_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = || Repository::of(&[("config.json", b"{\"dim\": 512}")]);
    let other = Reply::new(200, "{\"dim\": 256}");
    let server = served().serve_but(move |request| is_download(request).then(|| other.clone()));
    let error = refused(fetch(&server, folder.path(), "hf:owner/name/config.json"), &["config.json", "git hash"]);
    assert!(matches!(error, HubError::Mismatch { .. }));
    assert_eq!(files_below(folder.path()), Vec::<String>::new());
    fetch(&served().serve(), folder.path(), "hf:owner/name/config.json").expect("as announced");
}
