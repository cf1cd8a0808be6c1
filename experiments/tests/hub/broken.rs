//! A Hub that gives one file of a model and not the other.
use crate::faulty::before;
use crate::mock::{model, texts, Mock};
use crate::packed::packed;
use candle_core::Device;
use l2face_model::l2face_hub::Hub;
use l2face_model::{fetch, Model, CHECK, CONFIG, WEIGHTS};

#[test]
fn an_update_that_breaks_off_leaves_the_older_model_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mock) = Mock::start(folder.path()) else { return };
    let path = packed(folder.path());
    let up = |file: &str| mock.upload("owner/faces", file, &path.join(file));
    let older = [CHECK, CONFIG, WEIGHTS].map(up)[2].clone();
    let hub = |endpoint: &str| Hub::builder(folder.path().join("hub")).endpoint(endpoint);
    let get = |hub: &Hub| fetch(hub, "owner/faces", &|_, _| ());
    let first = get(&hub(&mock.endpoint).build().expect("a hub")).expect("a model");
    assert_eq!((first.revision.as_str(), first.note), (older.as_str(), None));

    for file in [CONFIG, WEIGHTS] {
        let mut bytes = std::fs::read(path.join(file)).expect("a file");
        bytes.push(b' ');
        std::fs::write(path.join(file), bytes).expect("a file");
    }
    let newer = [CONFIG, WEIGHTS].map(up)[1].clone();
    assert!(newer != older);
    // The configuration would come; the weights are announced and do not.
    let broken = before(&mock.endpoint, |line| line.starts_with("GET") && line.contains(WEIGHTS));
    get(&hub(&broken).build().expect("a hub")).expect_err("no weights");
    // Not even announced: the cache stands in, and says so.
    let silent = before(&mock.endpoint, |line| line.contains(WEIGHTS));
    let stale = get(&hub(&silent).build().expect("a hub")).expect("the older model");
    assert!(stale.revision == older && stale.note.is_some_and(|note| note.contains("503")));
    let offline = get(&hub(&mock.endpoint).offline(true).build().expect("a hub")).expect("the older model");
    assert!(offline.revision == older && offline.note.is_some() && offline.folder == first.folder);
    Model::from_folder(&offline.folder, &Device::Cpu).and_then(|model| model.check()).expect("whole");
}

#[test]
fn weights_that_came_without_word_of_their_configuration() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mock) = Mock::start(folder.path()) else { return };
    let path = packed(folder.path());
    mock.upload("owner/plain", WEIGHTS, &path.join(WEIGHTS));
    let home = folder.path().join("home");
    let broken = before(&mock.endpoint, |line| line.contains(CONFIG));
    for _ in ["downloaded now", "in the cache, and compared now"] {
        let refused = model(&broken, &home, &["inspect", "hf:owner/plain"]);
        let [_, log] = texts(&refused);
        assert!(!refused.status.success() && log.contains("config.json did not") && log.contains("503"), "{log}");
    }
    let endpoint = mock.endpoint.clone();
    drop(mock);
    let cached = model(&endpoint, &home, &["inspect", "hf:owner/plain"]);
    let [_, log] = texts(&cached);
    assert!(cached.status.success() && log.contains("warning: whether it has a config.json is not known"), "{log}");
}
