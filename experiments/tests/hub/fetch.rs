//! Models and files of the Hub where a command takes a model.
use crate::mock::{model, texts, Mock};
use crate::packed::packed;
use candle_core::{DType, Device, Tensor};
use l2face_backbone::BackboneConfig;
use l2face_model::l2face_hub::Hub;
use l2face_model::Model;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

fn network(folder: &Path) -> PathBuf {
    let shapes = BackboneConfig::named("mbf").and_then(|config| config.variables()).expect("variables");
    let zeros = |(name, shape): (String, candle_core::Shape)| {
        (name, Tensor::zeros(shape, DType::F32, &Device::Cpu).expect("a tensor"))
    };
    let tensors: HashMap<String, Tensor> = shapes.into_iter().map(zeros).collect();
    let path = folder.join("net.safetensors");
    candle_core::safetensors::save(&tensors, &path).expect("a file");
    path
}

#[test]
fn a_network_is_fetched_and_inspected() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mock) = Mock::start(folder.path()) else { return };
    let commit = mock.upload("owner/net", "weights/net.safetensors", &network(folder.path()));
    let (endpoint, home) = (mock.endpoint.clone(), folder.path().join("home"));
    let inspect = |place: &str| model(&endpoint, &home, &["inspect", place]);
    let online = inspect("hf:owner/net");
    let [table, said] = texts(&online);
    assert!(online.status.success(), "{said}");
    assert!(table.contains("mobile-face-net") && table.contains("multiply-adds per image"), "{table}");
    for part in ["owner/net: weights/net.safetensors", &commit, "downloaded", "home/hub/models--owner--net/snapshots"] {
        assert!(said.contains(part), "{part} is not in: {said}");
    }
    let missing = inspect("hf:owner/other");
    assert!(!missing.status.success() && texts(&missing)[1].contains("no such repository"), "{:?}", texts(&missing));
    drop(mock);
    let offline = inspect("hf:owner/net");
    assert_eq!(texts(&offline)[0], table);
    assert!(texts(&offline)[1].contains("from the cache; the Hub was not heard"), "{:?}", texts(&offline));
    let pinned = inspect(&format!("hf:owner/net/weights/net.safetensors@{commit}"));
    assert!(texts(&pinned)[1].contains("bytes, from the cache\n"), "{:?}", texts(&pinned));
}

#[test]
fn a_model_comes_whole_and_one_that_disagrees_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mock) = Mock::start(folder.path()) else { return };
    let path = packed(folder.path());
    let up = |file: &str| mock.upload("owner/faces", file, &path.join(file));
    let _commits = ["README.md", "check.safetensors", "config.json"].map(up);
    let whole = up("model.safetensors");
    let (endpoint, home) = (mock.endpoint.clone(), folder.path().join("home"));
    let checked = model(&endpoint, &home, &["check", "hf:owner/faces"]);
    let [said, log] = texts(&checked);
    assert!(checked.status.success() && said.contains("4 images") && said.contains(&whole), "{said}{log}");

    // As a library, into the same cache; and what Python would find there.
    let hub = || Hub::builder(home.join("hub")).endpoint(&endpoint);
    let online = Model::from_hub(&hub().build().expect("a hub"), "owner/faces", &Device::Cpu).expect("a model");
    let offline = hub().offline(true).build().expect("a hub");
    for name in ["owner/faces".to_string(), format!("hf:owner/faces@{whole}")] {
        let again = Model::from_hub(&offline, &name, &Device::Cpu).expect("from the cache");
        assert_eq!(again.config(), online.config());
        again.check().expect("the same embeddings");
    }
    let error =
        Model::from_hub(&offline, "owner/faces/model.safetensors", &Device::Cpu).expect_err("a file").to_string();
    assert!(error.contains("names a file") && error.contains("hf:owner/faces"), "{error}");
    for name in ["owner", "../faces", "owner/faces@../x"] {
        assert!(Model::from_hub(&offline, name, &Device::Cpu).is_err(), "{name}");
    }

    // A configuration that says another input, then one of another project.
    let text = std::fs::read_to_string(path.join("config.json")).expect("a file");
    std::fs::write(path.join("config.json"), text.replace("\"rgb\"", "\"bgr\"")).expect("a file");
    let wrong = up("config.json");
    for command in ["check", "inspect"] {
        let refused = model(&endpoint, &home, &[command, "hf:owner/faces"]);
        assert!(!refused.status.success() && texts(&refused)[1].contains("disagree"), "{:?}", texts(&refused));
        let pinned = model(&endpoint, &home, &[command, &format!("hf:owner/faces@{whole}")]);
        assert!(pinned.status.success(), "{:?}", texts(&pinned));
    }
    std::fs::write(path.join("config.json"), "{\"architecture\": \"other\"}").expect("a file");
    let foreign = up("config.json");
    assert!(foreign != wrong);
    let plain = model(&endpoint, &home, &["inspect", "hf:owner/faces"]);
    assert!(plain.status.success() && texts(&plain)[0].contains("face-resnet"), "{:?}", texts(&plain));
    let error =
        Model::from_hub(&hub().build().expect("a hub"), "owner/faces", &Device::Cpu).expect_err("foreign").to_string();
    assert!(error.contains("not a model's configuration"), "{error}");

    // Without a server the last copy of all is used.
    drop(mock);
    let cached = model(&endpoint, &home, &["check", &format!("hf:owner/faces@{whole}")]);
    assert!(cached.status.success() && texts(&cached)[1].contains("from the cache"), "{:?}", texts(&cached));
}
