//! `model inspect hf:..`, the whole way: the program, the mock Hub of `../shared/tools`, a network's file.
use candle_core::{DType, Device, Tensor};
use l2face_backbone::{BackboneConfig, FaceResNetConfig, NetworkConfig, Weights};
use l2face_image::{CropTarget, Preproc, Template};
use l2face_model::l2face_hub::Hub;
use l2face_model::{write, Card, Contents, License, Model, ModelConfig, Training};
use std::collections::HashMap;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// The mock, stopped at the end.
struct Mock {
    process: Child,
    endpoint: String,
}

impl Mock {
    /// `None` where python3 or the mock is missing, with a line that says so.
    fn start(folder: &Path) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/tools/mock_hub.py");
        let python = Command::new("python3").arg("--version").output();
        if !script.is_file() || !python.is_ok_and(|done| done.status.success()) {
            println!("SKIPPED: needs python3 and {}", script.display());
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut command = Command::new("python3");
        command.arg(script).arg(port.to_string()).arg(folder.join("log")).stdin(Stdio::null());
        let mock = Self { process: command.spawn().expect("a process"), endpoint: format!("http://127.0.0.1:{port}") };
        let answers = |_| {
            std::thread::sleep(Duration::from_millis(100));
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        };
        assert!((0..200).any(answers), "the mock does not answer");
        Some(mock)
    }

    /// The commit.
    fn upload(&self, repository: &str, file: &str, path: &Path) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hub/upload.py");
        let done = Command::new("python3").arg(script).args([&self.endpoint, repository, file]).arg(path).output();
        let done = done.expect("a process");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim().to_string()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.process.kill().and_then(|()| self.process.wait()).expect("the mock ends");
    }
}

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

fn model(endpoint: &str, home: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_model"));
    let others = ["HF_TOKEN", "HF_TOKEN_PATH", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HUB_OFFLINE"];
    for name in others {
        command.env_remove(name);
    }
    command.env("HF_ENDPOINT", endpoint).env("HF_HOME", home).args(args).output().expect("the program")
}

fn texts(output: &Output) -> [String; 2] {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned())
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

/// A small model in a folder.
fn packed(folder: &Path) -> PathBuf {
    let target = CropTarget::new(Template::Arc112, 48, 48).expect("a crop");
    let net = FaceResNetConfig { embedding: 8, ..FaceResNetConfig::photos(48, 48) };
    let backbone = BackboneConfig { network: NetworkConfig::FaceResnet(net), input: Preproc::new(target) };
    let drawn = |(name, shape): (String, candle_core::Shape)| {
        let values: Vec<f32> =
            (0..shape.elem_count()).map(|i| 0.05 + ((i * 7919 + name.len()) % 97) as f32 / 970.).collect();
        (name, Tensor::from_vec(values, shape, &Device::Cpu).expect("a tensor"))
    };
    let weights = Weights::of(backbone.variables().expect("variables").into_iter().map(drawn).collect());
    let config =
        ModelConfig::new(backbone, true, "softmax".parse().expect("a head"), None, 10).expect("a configuration");
    let text = || "none".to_string();
    let card = Card {
        title: text(),
        repository: None,
        license: License::new("MIT", None).expect("SPDX"),
        training: Training { data: text(), people: 10, images: 10, license: text(), bias: text() },
        datasets: vec![],
        evaluations: vec![],
        statement: text(),
        command: text(),
    };
    let out = folder.join("model");
    std::fs::create_dir(&out).expect("a folder");
    write(&out, &Contents { config: &config, weights: &weights, head: None, card: &card }).expect("a model");
    out
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
