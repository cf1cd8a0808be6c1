//! Servers that are slow, and servers that fall silent: at the first request, in the middle of an answer, and before there is a connection.
use super::each::each;
use super::repository::{files_below, noise, refused, Repository};
use super::server::{Reply, Request, Server};
use l2face_hub::{Fetched, Hub, HubError};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_millis(300);
/// What a message says of it.
const NAMED: &str = "nothing came for 0.3 s";

fn repository() -> Repository {
    Repository::of(&[("model.safetensors", &noise(100_000))])
}

fn fetch(endpoint: String, cache: &Path) -> Result<Fetched, HubError> {
    let hub = Hub::builder(cache).endpoint(endpoint).patience(PATIENCE).build().expect("a hub");
    hub.fetch(&"hf:owner/name/model.safetensors".parse().expect("a place"))
}

/// The requests of a download, each by what it asks.
fn steps() -> [fn(&Request) -> bool; 3] {
    [|r| r.path.contains("/revision/"), |r| r.method == "HEAD", |r| r.method == "GET" && r.path.contains("/resolve/")]
}

/// Accepts and never answers, or sends so many bytes and then no more.
fn silent_after(request: &Request, sent: usize) -> Reply {
    Reply { sent: Some(sent), held: Duration::from_secs(3600), ..repository().answer(request) }
}

#[test]
fn silence_is_given_up_after_a_while_and_named() {
    each(
        steps().into_iter().enumerate().flat_map(|step| [0, 20, 500].map(|sent| (step, sent))),
        |((n, step), sent)| {
            let folder = tempfile::tempdir().expect("a folder");
            let server = repository().serve_but(move |request| step(request).then(|| silent_after(request, sent)));
            if n < 2 && sent == 500 {
                return; // these answers are shorter
            }
            let start = Instant::now();
            let error = refused(fetch(server.endpoint(), folder.path()), &["hf:owner/name", NAMED, "try again"]);
            assert!(!error.to_string().contains("status"), "{error}");
            // At most four tries, with two seconds of pauses between them.
            assert!(start.elapsed() < Duration::from_secs(6), "step {n}, {sent} bytes: {:?}", start.elapsed());
            assert_eq!(files_below(folder.path()), Vec::<String>::new());
            assert!(fetch(repository().serve().endpoint(), folder.path()).is_ok());
        },
    );
}

#[test]
fn one_silence_is_tried_again() {
    each(steps(), |step| {
        let (folder, mut times) = (tempfile::tempdir().expect("a folder"), 0);
        let server = repository().serve_but(move |request| {
            times += usize::from(step(request));
            (step(request) && times == 1).then(|| silent_after(request, 500))
        });
        let fetched = fetch(server.endpoint(), folder.path());
        assert!(std::fs::read(fetched.expect("the second try").path).expect("bytes") == noise(100_000));
    });
}

/// It takes far longer than the patience, and something comes all the time.
#[test]
fn a_trickle_is_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = repository().serve_but(|r| {
        Some(Reply { pace: Duration::from_millis(60), ..repository().answer(r) }).filter(|_| steps()[2](r))
    });
    let start = Instant::now();
    let fetched = fetch(server.endpoint(), folder.path()).expect("a slow server");
    assert!(start.elapsed() > 4 * PATIENCE, "{:?}", start.elapsed());
    assert!(std::fs::read(fetched.path).expect("bytes") == noise(100_000));
    assert_eq!(server.requests().iter().filter(|request| steps()[2](request)).count(), 1, "nothing is begun again");
}

/// Another one stands in where the server falls silent, as where it is away.
#[test]
fn the_copy_stands_in_for_a_silent_server() {
    let folder = tempfile::tempdir().expect("a folder");
    fetch(repository().serve().endpoint(), folder.path()).expect("a sound server");
    let server = Server::start(|_| Reply::silence());
    let fetched = fetch(server.endpoint(), folder.path()).expect("the copy");
    assert!(fetched.from_cache && fetched.note.is_some_and(|note| note.contains(NAMED)));
}

/// A server that takes no connection any more: its queue is full.
#[cfg(target_os = "linux")]
#[test]
fn a_connection_that_does_not_come_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let listener = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        socket.listen(1)
    });
    let listener = listener.expect("a listener");
    let address = listener.local_addr().expect("an address");
    let connect = || std::net::TcpStream::connect_timeout(&address, Duration::from_millis(200));
    let queue: Vec<_> = std::iter::from_fn(|| connect().ok()).take(50).collect();
    assert!((1..50).contains(&queue.len()), "{} connections fill the queue", queue.len());
    let start = Instant::now();
    let error = refused(fetch(format!("http://{address}"), folder.path()), &["does not answer", "try again"]);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}: {error}", start.elapsed());
}
