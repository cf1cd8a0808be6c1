//! A small model: published from here, read by Python, and the other way round.
use crate::hub::{comes_back, mock, read};
use crate::python::peer;
use l2face_hub::{Outcome, PublishOptions};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The figure of sixteen digits is there on purpose; so are a colon and quotes in a name.
const CARD: &str = r#"---
license: mit
library_name: candle
pipeline_tag: image-feature-extraction
tags:
- face-verification
- l2-softmax
model-index:
- name: face-resnet-hand-made
  results:
  - task:
      type: face-verification
      name: Face verification
    dataset:
      type: ijb-a
      name: "IJB-A: \"1:1\", ten splits"
      split: test
    metrics:
    - type: tar-at-far-1e-4
      value: 0.9383
    - type: tar-at-far-1e-3
      value: 0.1
  - task:
      type: face-verification
    dataset:
      type: lfw
      name: LFW
    metrics:
    - type: accuracy
      value: 0.9978333333333333
---
# Face-ResNet, made by hand

é, 人脸 and an emoji: 🙂
"#;

/// What `ModelCard` has to read out of it.
fn results() -> Value {
    let row = |dataset: &str, name: &str, split: Option<&str>, metric: &str, value: &str| json!({"task": "face-verification", "dataset": dataset, "dataset_name": name, "split": split, "metric": metric, "value": value});
    let ijba = r#"IJB-A: "1:1", ten splits"#;
    json!([
        row("ijb-a", ijba, Some("test"), "tar-at-far-1e-4", "0.9383"),
        row("ijb-a", ijba, Some("test"), "tar-at-far-1e-3", "0.1"),
        row("lfw", "LFW", None, "accuracy", "0.9978333333333333"),
    ])
}

pub fn model(folder: &Path, weights: usize) {
    let put = |path: &str, bytes: &[u8]| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, bytes).expect("a file");
    };
    put("README.md", CARD.as_bytes());
    put("config.json", b"{\"kind\": \"face-resnet\", \"dim\": 512}\n");
    put("results/ijba (1).json", b"{}\n");
    put("empty.txt", b"");
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (state >> 56) as u8
    };
    put("model.safetensors", &(0..weights).map(|_| next()).collect::<Vec<u8>>());
}

/// Python's download of a commit is the folder, and its card is the card.
pub fn python_reads_it(loaded: &Value, folder: &Path) {
    eprintln!("huggingface_hub {}", loaded["version"]);
    let sum = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let want: BTreeMap<String, String> = read(folder).iter().map(|(path, bytes)| (path.clone(), sum(bytes))).collect();
    let mut got: BTreeMap<String, String> = serde_json::from_value(loaded["files"].clone()).expect("sums");
    got.remove(".gitattributes");
    assert_eq!(got, want);
    assert_eq!(loaded["results"], results());
    let card = json!({"license": "mit", "library_name": "candle", "pipeline_tag": "image-feature-extraction",
        "tags": ["face-verification", "l2-softmax"], "model_name": "face-resnet-hand-made"});
    assert_eq!(loaded["card"], card);
    assert!(loaded["text"].as_str().is_some_and(|text| text.contains("人脸 and an emoji: 🙂")));
}

fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
#[ignore = "needs Python's huggingface_hub: cargo xtask peers, seconds"]
fn python_loads_what_is_published_here() {
    let (folder, cache, home) = (temporary(), temporary(), temporary());
    let Some(server) = mock(&home.path().join("log"), None) else { return };
    model(folder.path(), 3_000_000);
    let hub = server.hub(cache.path());
    let publish = || hub.publish(folder.path(), "tester/rust", &PublishOptions::new().private(true), &|_| ());
    let published = publish().expect("published");
    let commit = published.commit.clone().expect("a commit");
    let to = home.path().join("to");
    let loaded = peer(home.path(), &server.endpoint(), &["load", "tester/rust", &commit, &to.to_string_lossy()]);
    python_reads_it(&loaded, folder.path());
    assert_eq!(loaded["private"], true, "Python sees the repository as it was asked for");
    comes_back(&hub, &published, folder.path());
    let again = publish().expect("again");
    assert_eq!((again.outcome, again.commit), (Outcome::AlreadyThere, Some(commit)));
}

/// The hashes of large files, which Python uploads by LFS, are those that are compared here.
#[test]
#[ignore = "needs Python's huggingface_hub: cargo xtask peers, seconds"]
fn what_python_uploaded_is_there_already() {
    let (folder, cache, home) = (temporary(), temporary(), temporary());
    let Some(server) = mock(&home.path().join("log"), None) else { return };
    model(folder.path(), 12_000_000);
    let uploaded =
        peer(home.path(), &server.endpoint(), &["upload", "tester/python", &folder.path().to_string_lossy()]);
    let hub = server.hub(cache.path());
    let published = hub.publish(folder.path(), "tester/python", &PublishOptions::new(), &|_| ()).expect("published");
    assert_eq!((published.outcome, json!(published.commit)), (Outcome::AlreadyThere, uploaded["commit"].clone()));
    comes_back(&hub, &published, folder.path());
}
