//! A cache on a disk that is full.
#![cfg(target_os = "linux")]
use super::repository::{fetch, files_below, noise, refused, Repository};
use super::server::Request;
use super::small_disk::{on_a_small_disk, ROOM};
use l2face_hub::HubError;
use std::fs;

const PLACE: &str = "hf:owner/name/model.safetensors";

fn repository() -> Repository {
    Repository::of(&[("model.safetensors", &noise(3 * ROOM as usize)), ("config.json", b"{\"dim\": 512}")])
}

fn is_download(request: &Request) -> bool {
    request.method == "GET" && request.path.contains("/resolve/")
}

#[test]
fn a_file_that_does_not_fit() {
    on_a_small_disk("full_disk::a_file_that_does_not_fit", |disk| {
        let cache = disk.folder.join("cache");
        let server = repository().serve();
        let small = || [fetch(&server, &cache, PLACE), fetch(&server, &cache, "hf:owner/name/config.json")];
        let [large, config] = disk.while_small(small);
        let named = cache.to_string_lossy().into_owned();
        let error = refused(large, &["the cache: ", &named, disk.words(), "make room, or choose another folder"]);
        assert!(matches!(error, HubError::Cache { .. }));
        assert_eq!(server.requests().iter().filter(|request| is_download(request)).count(), 2, "once each");
        let config = config.expect("it fits, since nothing of the large file is left");
        assert_eq!(fs::read(config.path).expect("bytes"), b"{\"dim\": 512}");
        let left: Vec<String> = files_below(&cache).into_iter().filter(|file| file.contains("/blobs/")).collect();
        assert_eq!(left.len(), 1, "{left:?}");
        let fetched = fetch(&server, &cache, PLACE).expect("there is room now");
        assert!(!fetched.from_cache && fs::read(fetched.path).expect("bytes") == noise(3 * ROOM as usize));
    });
}

/// Each folder, file and link of the cache is once the one for which there is no room any more.
#[test]
fn a_name_that_does_not_fit() {
    on_a_small_disk("full_disk::a_name_that_does_not_fit", |disk| {
        let (server, cache) = (repository().serve(), disk.folder.join("cache"));
        let mut fitted = Vec::new();
        for files in 1..14 {
            let Some(result) = disk.while_few(files, || fetch(&server, &cache, PLACE)) else { return };
            fitted.push(result.is_ok());
            if result.is_err() {
                refused(result, &["the cache: ", &disk.folder.to_string_lossy(), disk.words(), "make room"]);
            }
            let blobs: Vec<String> = files_below(&cache).into_iter().filter(|file| !file.contains("/refs/")).collect();
            for blob in blobs {
                assert!(fs::read(cache.join(&blob)).expect("bytes") == noise(3 * ROOM as usize), "{blob} at {files}");
            }
            let fetched = fetch(&server, &cache, PLACE).expect("there is room now");
            assert!(fs::read(fetched.path).expect("bytes") == noise(3 * ROOM as usize));
            fs::remove_dir_all(&cache).expect("removed");
        }
        let refused = fitted.iter().take_while(|fitted| !**fitted).count();
        assert!((6..13).contains(&refused) && fitted[refused..].iter().all(|fitted| *fitted), "{fitted:?}");
    });
}
