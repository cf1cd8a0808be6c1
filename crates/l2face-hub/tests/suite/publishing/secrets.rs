//! The token goes to the Hub and nowhere else.
use super::given::{each, files, given, hub, TOKEN};
use crate::repository::files_below;
use crate::server::{Reply, Request, Server};
use crate::writable::Writable;
use l2face_hub::PublishOptions;
use std::error::Error;
use std::path::Path;
use std::sync::Mutex;

/// Every text that a caller can come by: result, error with its sources, steps, the hub itself.
fn shown(server: &Server, model: &Path, cache: &Path) -> String {
    shown_with(server, model, cache, &PublishOptions::new())
}

fn shown_with(server: &Server, model: &Path, cache: &Path, options: &PublishOptions) -> String {
    let (hub, steps) = (hub(server, cache), Mutex::new(String::new()));
    let report = |step: l2face_hub::PublishStep<'_>| *steps.lock().expect("text") += &format!("{step:?}");
    let result = hub.publish(model, "owner/name", options, &report);
    let mut text = format!("{hub:?} {result:?} {}", steps.lock().expect("text"));
    let mut next = result.as_ref().err().map(|error| error as &dyn Error);
    while let Some(error) = next {
        text += &format!(" {error} {error:?}");
        next = error.source();
    }
    text
}

fn is_written_nowhere(folder: &Path) {
    for file in files_below(folder) {
        let bytes = std::fs::read(folder.join(&file)).expect("bytes");
        assert!(!String::from_utf8_lossy(&bytes).contains(TOKEN) && !file.contains(TOKEN), "{file}");
    }
}

#[test]
fn every_request_to_the_hub_has_it_and_no_text_of_ours_does() {
    let (remote, given) = (Writable::new(), given());
    let server = remote.serve();
    let text = shown(&server, given.model.path(), given.cache.path());
    assert!(text.contains("Sent") && !text.contains(TOKEN), "{text}");
    for Request { method, path, headers, body } in server.requests() {
        assert!(headers.contains(&format!("Bearer {TOKEN}")), "{method} {path}");
        assert!(!path.contains(TOKEN) && !String::from_utf8_lossy(&body).contains(TOKEN), "{method} {path}");
    }
    let stored: Vec<u8> = remote.repo().files("main").into_values().flatten().collect();
    assert!(!String::from_utf8_lossy(&stored).contains(TOKEN));
    [given.model.path(), given.cache.path()].into_iter().for_each(is_written_nowhere);
}

#[test]
fn a_hub_that_sends_it_back_at_any_step() {
    let steps =
        ["/revision/", "/validate-yaml", "/repos/create", "/tree/", "/preupload/", "/batch", "/commit/", "/resolve/"];
    let said = format!(
        r#"{{"error": "{TOKEN}", "sha": "{TOKEN}", "id": "{TOKEN}", "errors": [{{"message": "{TOKEN}"}}], "transfer": "{TOKEN}",
        "objects": [{{"error": {{"message": "{TOKEN}"}}}}], "commitOid": "{TOKEN}", "name": "{TOKEN}",
        "files": [{{"path": "{TOKEN}", "uploadMode": "{TOKEN}"}}]}}"#
    );
    let list = format!(r#"[{{"type": "file", "path": "{TOKEN}", "size": 1, "oid": "{TOKEN}"}}]"#);
    let (git, sha) = ("0f".repeat(20), "9a".repeat(32));
    let sound = format!(
        r#"[{{"type": "file", "path": "{TOKEN}.json", "size": 1, "oid": "{git}"}}, {{"type": "file", "path": "a/{TOKEN}/b.onnx",
        "size": 1, "oid": "{git}", "lfs": {{"oid": "{sha}", "size": 1}}}}]"#
    );
    each(steps, |step| {
        for (status, body) in [
            (200, &said),
            (200, &list),
            (200, &sound),
            (400, &said),
            (401, &said),
            (403, &said),
            (404, &said),
            (412, &said),
        ] {
            let (remote, given) = (Writable::new(), given());
            let reply = Reply { body: body.clone().into_bytes(), ..Reply::refusal(status, TOKEN, TOKEN) };
            let whoami = reply.clone();
            let server = remote.serve_but(
                move |_, request| match request.path.contains("whoami") {
                    true => Some(Reply { status: 200, ..whoami.clone() }),
                    false => request.path.contains(step).then(|| reply.clone()),
                },
                |_, _, reply| reply,
            );
            let text = shown(&server, given.model.path(), given.cache.path());
            assert!(!text.contains(TOKEN), "{step} {status}: {text}");
            is_written_nowhere(given.cache.path());
        }
    });
}

/// Among files that would be lost, and among those that stay.
#[test]
fn a_listing_with_a_file_named_like_it() {
    for (path, owned) in [(format!("{TOKEN}.json"), vec![]), (format!("plots/{TOKEN}.svg"), vec!["plots/".to_string()])]
    {
        let (remote, given) = (Writable::new(), given());
        given.publish(&remote.serve()).expect("published");
        let server = remote.serve_but(
            |_, _| None,
            move |_, request, reply| match request.path.contains("/tree/") {
                true => {
                    let mut lines: Vec<serde_json::Value> = serde_json::from_slice(&reply.body).expect("a list");
                    lines.push(serde_json::json!({"type": "file", "path": path, "size": 1, "oid": "0f".repeat(20)}));
                    Reply { body: serde_json::json!(lines).to_string().into_bytes(), ..reply }
                }
                false => reply,
            },
        );
        let options = PublishOptions::new().owns(owned);
        let text = shown_with(&server, given.model.path(), given.cache.path(), &options);
        assert!(text.contains("AlreadyThere") && !text.contains(TOKEN), "{text}");
    }
}

#[test]
fn a_listing_that_goes_on_elsewhere_does_not_get_it() {
    let elsewhere = Server::start(|_| Reply::new(200, "[]"));
    let address = elsewhere.endpoint().replace("127.0.0.1", "localhost");
    let (remote, given) = (Writable::with(&[]), given());
    let server = remote.serve_but(
        |_, _| None,
        move |_, request, reply| match request.path.contains("/tree/") {
            true => reply.with("Link", format!("<{address}/next>; rel=\"next\"")),
            false => reply,
        },
    );
    let text = shown(&server, given.model.path(), given.cache.path());
    assert!(text.contains("goes on at another host") && elsewhere.requests().is_empty(), "{text}");
}

#[test]
fn a_listing_may_come_in_pages() {
    let (remote, given) = (Writable::new(), given());
    given.publish(&remote.serve()).expect("published");
    let pages = remote.clone();
    let server = remote.serve_but(
        move |_, request| {
            let (path, page) = request.path.split_once("page=").unwrap_or((&request.path, "0"));
            if !path.contains("/tree/") {
                return None;
            }
            let whole: Vec<serde_json::Value> = serde_json::from_slice(&pages.answer(request).body).expect("a list");
            let page: usize = page.parse().expect("a number");
            let reply = Reply::new(200, serde_json::json!([whole[page]]).to_string());
            let host =
                request.headers.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host").to_string();
            let path = path.split('?').next().expect("a path");
            let next = format!("<http://{host}{path}?page={}>; rel=\"next\"", page + 1);
            Some(if page + 1 < whole.len() { reply.with("Link", next) } else { reply })
        },
        |_, _, reply| reply,
    );
    let again = given.publish(&server).expect("published");
    assert_eq!((again.outcome, again.plan.files.len()), (l2face_hub::Outcome::AlreadyThere, files().len()));
}
