//! The token goes to the Hub and nowhere else.
use super::repository::{noise, Repository};
use super::server::{Reply, Server};
use l2face_hub::{Hub, HubError};

const TOKEN: &str = "hf_TestTokenThatMustNotAppear";

fn fetch(server: &Server) -> (Hub, Result<l2face_hub::Fetched, HubError>) {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = Hub::builder(folder.path()).endpoint(server.endpoint()).token(TOKEN).build().expect("a hub");
    let result = hub.fetch(&"hf:owner/name".parse().expect("a place"));
    (hub, result)
}

#[test]
fn it_is_sent_to_the_hub_and_not_to_where_files_lie() {
    let bytes = noise(1000);
    let elsewhere = bytes.clone();
    let cdn = Server::start(move |_| Reply::new(200, elsewhere.clone()));
    let address = cdn.endpoint().replace("127.0.0.1", "localhost");
    let repository = Repository::of(&[("model.safetensors", &bytes)]);
    let server = Server::start(move |request| match repository.answer(request) {
        mut reply if request.path.contains("/resolve/") => {
            (reply.status, reply.body) = (302, vec![]);
            reply.with("Location", format!("{address}/blob"))
        }
        reply => reply,
    });
    fetch(&server).1.expect("a file");
    let sent = |r: &super::server::Request| r.headers.contains(&format!("Bearer {TOKEN}"));
    assert!(server.requests().iter().all(sent), "every request to the Hub has it");
    assert!(!cdn.requests().is_empty());
    assert!(cdn.requests().iter().all(|r| !r.headers.contains(TOKEN)), "no request elsewhere has it");
}

#[test]
fn without_one_none_is_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Repository::of(&[("model.safetensors", b"net")]).serve();
    super::repository::fetch(&server, folder.path(), "hf:owner/name").expect("a file");
    assert!(server.requests().iter().all(|r| !r.headers.to_lowercase().contains("authorization")));
}

#[test]
fn it_is_in_no_message_even_if_the_server_sends_it_back() {
    for status in [200, 400, 401, 403, 404, 429, 500] {
        for code in ["", "RepoNotFound", TOKEN] {
            let reply = Reply::refusal(status, code, &format!("you sent {TOKEN}")).with("Retry-After", 3600);
            let body = format!("{{\"error\": \"you sent {TOKEN}\", \"sha\": \"{TOKEN}\", \"id\": 1}}");
            let reply = Reply { body: body.into_bytes(), ..reply };
            let retried = status == 500 && !code.is_empty();
            if retried {
                continue; // each takes four tries
            }
            let server = Server::start(move |_| reply.clone());
            let (hub, result) = fetch(&server);
            let error = result.expect_err("no repository");
            let shown = format!("{error} {error:?} {hub:?}");
            assert!(!shown.contains(TOKEN), "{status} {code}: {shown}");
        }
    }
}

/// The only network there, or one of several: it is neither fetched nor named.
#[test]
fn a_file_named_like_it_is_no_network() {
    let name = format!("folder/{TOKEN}.onnx");
    for files in [vec![name.as_str()], vec![name.as_str(), "a.onnx", "b.onnx"]] {
        let all: Vec<(&str, &[u8])> = files.iter().map(|file| (*file, b"net".as_slice())).collect();
        let server = Repository::of(&all).serve();
        let folder = tempfile::tempdir().expect("a folder");
        let hub = Hub::builder(folder.path()).endpoint(server.endpoint()).token(TOKEN).build().expect("a hub");
        for place in ["hf:owner/name", "hf:owner/name/none.onnx"] {
            let error = hub.fetch(&place.parse().expect("a place")).expect_err("no such network");
            assert!(!format!("{error} {error:?}").contains(TOKEN), "{error}");
        }
        assert_eq!(super::repository::files_below(folder.path()), Vec::<String>::new());
    }
}
