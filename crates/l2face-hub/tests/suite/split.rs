//! A Hub as the real one is built: small files come from itself, large ones from another server that it sends to.
use super::repository::{hub, sha256, Repository};
use super::server::{Reply, Request, Server};
use l2face_hub::{Fetched, HubError};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Both servers.
pub struct Split {
    pub hub: Server,
    pub storage: Server,
}

/// `change` gets every answer of either server with the request's number, counted over both from 0.
pub fn split(repository: Repository, change: impl FnMut(usize, &Request, Reply) -> Reply + Send + 'static) -> Split {
    let changed = Arc::new(Mutex::new((0, change)));
    let change = move |request: &Request, reply: Reply| {
        let (number, change) = &mut *changed.lock().expect("the count");
        *number += 1;
        change(*number - 1, request, reply)
    };
    let (stored, of_storage) = (repository.clone(), change.clone());
    let storage = Server::start(move |request| of_storage(request, blob(&stored, request)));
    let address = storage.endpoint();
    let hub = Server::start(move |request| change(request, elsewhere(repository.answer(request), &address)));
    Split { hub, storage }
}

fn blob(repository: &Repository, request: &Request) -> Reply {
    match repository.files.iter().find(|file| request.path == format!("/{}", file.etag())) {
        Some(file) => Reply::new(200, file.bytes.clone()).with("ETag", "\"of the storage\""),
        None => Reply::new(404, ""),
    }
}

/// As the Hub does it: hash and size are in the answer that sends elsewhere.
fn elsewhere(mut reply: Reply, address: &str) -> Reply {
    if reply.headers.iter().all(|(name, _)| name != "X-Linked-Etag") {
        return reply;
    }
    let location = format!("{address}/{}", sha256(&reply.body));
    (reply.status, reply.body) = (302, vec![]);
    reply.with("Location", location)
}

/// These files of `owner/name`, all of the commit that the first has.
pub fn snapshot(split: &Split, cache: &Path, files: &[&str]) -> Result<Vec<Fetched>, HubError> {
    let hub = hub(&split.hub, cache);
    let fetch = |file: &str, at: &str| hub.fetch(&format!("hf:owner/name/{file}@{at}").parse().expect("a place"));
    let mut fetched = vec![fetch(files[0], "main")?];
    for file in &files[1..] {
        let commit = fetched[0].revision.clone();
        fetched.push(fetch(file, &commit)?);
    }
    Ok(fetched)
}
