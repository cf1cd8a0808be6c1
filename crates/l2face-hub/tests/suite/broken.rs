//! Connections that break at every request of a download: of one file, and of all files of a commit with the weights elsewhere.
use super::cut::Cut;
use super::each::each;
use super::repository::{files_below, noise, sha256, Repository, COMMIT};
use super::server::Request;
use super::split::{snapshot, split, Split};
use super::writable::git;
use l2face_hub::{Fetched, HubError};
use std::fs;
use std::path::Path;

const ONE: [&str; 1] = ["model.safetensors"];
const ALL: [&str; 4] = ["config.json", "model.safetensors", "folder/check.safetensors", "empty.json"];

fn repository() -> Repository {
    let (weights, check) = (noise(150_000), noise(20_000));
    let files = [(ALL[0], b"{\"dim\": 512}".as_slice()), (ALL[1], &weights), (ALL[2], &check), (ALL[3], b"")];
    Repository::of(&files)
}

/// The same names with other contents, at another commit.
fn older() -> Repository {
    let mut older = Repository { commit: "f".repeat(40), ..repository() };
    older.files.iter_mut().for_each(|file| file.bytes.push(b'.'));
    older
}

/// A connection breaks at the requests that are chosen by their number.
fn serve(cut: Cut, chosen: impl Fn(usize) -> bool + Send + 'static) -> Split {
    split(repository(), move |number, request, reply| match chosen(number) {
        true => cut.of(request, reply),
        false => reply,
    })
}

/// The requests of a download into an empty cache.
fn requests(files: &[&str]) -> Vec<Request> {
    let (folder, servers) = (tempfile::tempdir().expect("a folder"), serve(Cut::Before, |_| false));
    snapshot(&servers, folder.path(), files).expect("a sound server");
    [servers.hub.requests(), servers.storage.requests()].concat()
}

fn are(fetched: &[Fetched], files: &[&str], repository: &Repository) -> bool {
    let held = |path: &str| &repository.files.iter().find(|file| file.path == path).expect("a file").bytes;
    let same = |(fetched, path): (&Fetched, &&str)| fs::read(&fetched.path).expect("bytes") == *held(path);
    fetched.len() == files.len() && fetched.iter().zip(files).all(same)
}

/// Whatever lies in the cache under a name of its own is whole, and nothing else lies there.
fn is_sound(cache: &Path, at: &str) {
    let commits = [repository(), older()];
    let of = |commit: &str| commits.iter().find(|held| held.commit == commit).expect("a commit");
    for file in files_below(&cache.join("models--owner--name")) {
        let bytes = fs::read(cache.join("models--owner--name").join(&file)).expect("bytes");
        let sound = match *file.splitn(3, '/').collect::<Vec<_>>() {
            ["blobs", name] => name == sha256(&bytes) || name == git(&bytes),
            ["refs", "main"] => !of(&String::from_utf8_lossy(&bytes)).files.is_empty(),
            ["snapshots", commit, path] => of(commit).files.iter().any(|held| held.path == path && held.bytes == bytes),
            _ => false,
        };
        assert!(sound, "{at}: {file} is left in the cache");
    }
}

fn cases(files: &[&str]) -> Vec<(Cut, usize)> {
    let requests = requests(files).len();
    Cut::ALL.into_iter().flat_map(|cut| (0..requests).map(move |number| (cut, number))).collect()
}

/// One broken connection: the download goes on.
fn once(files: &[&str]) {
    each(cases(files), |(cut, number)| {
        let (folder, at) = (tempfile::tempdir().expect("a folder"), format!("{cut:?} at {number}"));
        let servers = serve(cut, move |n| n == number);
        let fetched = snapshot(&servers, folder.path(), files).unwrap_or_else(|error| panic!("{at}: {error}"));
        assert!(are(&fetched, files, &repository()), "{at}");
        is_sound(folder.path(), &at);
    });
}

/// The servers are gone from one request on: one error, nothing half in the cache, and the next try ends well.
fn from_there_on(files: &[&str]) {
    each(cases(files), |(cut, number)| {
        let (folder, at) = (tempfile::tempdir().expect("a folder"), format!("{cut:?} from {number}"));
        let error = snapshot(&serve(cut, move |n| n >= number), folder.path(), files).expect_err(&at);
        let text = error.to_string();
        match &error {
            HubError::Unreachable { .. } => assert!(text.contains("does not answer") && text.contains("try again")),
            HubError::BrokenOff { .. } => assert!(text.contains("breaks off") && text.contains("try again")),
            _ => panic!("{at}: {text}"),
        }
        assert!(text.contains("hf:owner/name/"), "{at}: {text}");
        is_sound(folder.path(), &at);
        let again = snapshot(&serve(cut, |_| false), folder.path(), files);
        assert!(are(&again.unwrap_or_else(|error| panic!("{at}, again: {error}")), files, &repository()), "{at}");
        is_sound(folder.path(), &at);
    });
}

#[test]
fn one_broken_connection_during_one_file() {
    once(&ONE);
}

#[test]
fn one_broken_connection_during_a_whole_commit() {
    once(&ALL);
}

#[test]
fn one_file_from_servers_that_go_away() {
    from_there_on(&ONE);
}

#[test]
fn a_whole_commit_from_servers_that_go_away() {
    from_there_on(&ALL);
}

/// A model that is in the cache and has a newer commit: the old one, the new one or an error, never some files of each.
#[test]
fn an_update_that_breaks_off_mixes_nothing() {
    each(cases(&ALL), |(cut, number)| {
        let (folder, at) = (tempfile::tempdir().expect("a folder"), format!("{cut:?} from {number}"));
        snapshot(&split(older(), |_, _, reply| reply), folder.path(), &ALL).expect("the older commit");
        match snapshot(&serve(cut, move |n| n >= number), folder.path(), &ALL) {
            Ok(fetched) => {
                let whole = [repository(), older()].iter().any(|whole| are(&fetched, &ALL, whole));
                assert!(whole && fetched[0].note.is_some(), "{at}: {fetched:?}");
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
        is_sound(folder.path(), &at);
        let pinned = format!("hf:owner/name/model.safetensors@{}", older().commit).parse().expect("a place");
        let offline = l2face_hub::Hub::builder(folder.path()).offline(true).build().expect("a hub");
        assert!(offline.fetch(&pinned).is_ok(), "{at}: the older commit is there all the same");
        let again = snapshot(&serve(cut, |_| false), folder.path(), &ALL).expect(&at);
        assert!(are(&again, &ALL, &repository()), "{at}");
    });
}

#[test]
fn the_requests_are_those_that_were_thought_of() {
    let of = |files: &[&str], part: &str| requests(files).iter().filter(|r| r.path.contains(part)).count();
    assert_eq!((of(&ONE, "/revision/main"), of(&ALL, "/revision/")), (1, ALL.len()));
    assert_eq!(of(&ALL, &format!("/resolve/{COMMIT}/")), 3 * ALL.len(), "asked here, by hf-hub, and sent");
    let elsewhere = requests(&ALL).iter().filter(|request| request.path.len() == 65).count();
    assert!(elsewhere >= 2, "the large files are sent from elsewhere: {elsewhere}");
}
