//! A model folder against Python: huggingface_hub reads the card, torch gives the embeddings. `cargo xtask peers [--torch PYTHON]` fetches the first
//! and runs these tests with `L2FACE_PEERS`, a folder with `venv`, and `L2FACE_TORCH`, a Python with torch, torchvision and safetensors.
#[allow(dead_code)]
#[path = "../suite/common.rs"]
mod common;

use l2face_model::{Card, License, CARD, LOADER};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What it prints.
fn python(program: &Path, args: &[&OsStr]) -> String {
    let output = Command::new(program).args(args).output().expect("python starts");
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).trim().to_string());
    assert!(output.status.success(), "{out}\n{err}");
    out
}

#[test]
#[ignore = "needs huggingface_hub: cargo xtask peers"]
fn huggingface_hub_reads_every_figure() {
    let peers = std::env::var_os("L2FACE_PEERS").map(PathBuf::from).expect("L2FACE_PEERS: run `cargo xtask peers`");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/card.py");
    let folder = tempfile::tempdir().expect("a folder");
    let [card, want] = [CARD, "want.json"].map(|name| folder.path().join(name));
    let other = License::new("LicenseRef-ours", Some("https://example.org/terms")).expect("a licence");
    let evil = "no: 'x' # \"y\"\n- 1e-5 \u{1b}".to_string();
    for made in [
        common::card(),
        Card { license: other, datasets: vec!["owner/faces".into()], ..common::card() },
        Card { title: evil, repository: None, ..common::card() },
        Card { evaluations: vec![], ..common::card() },
    ] {
        let text = made.markdown(&common::config(&common::face_resnet()), false).expect("a card");
        std::fs::write(&card, text).expect("a file");
        std::fs::write(&want, serde_json::to_vec(&made.metadata()).expect("JSON")).expect("a file");
        let args = [script.as_os_str(), "same".as_ref(), card.as_os_str(), want.as_os_str()];
        println!("{}", python(&peers.join("venv/bin/python"), &args));
    }
}

#[test]
#[ignore = "needs torch, a minute: cargo xtask peers --torch PYTHON"]
fn torch_gives_the_same_embeddings() {
    let Some(program) = std::env::var_os("L2FACE_TORCH").map(PathBuf::from) else {
        println!("SKIPPED: no PyTorch to compare with: cargo xtask peers --torch PYTHON, a Python with torch, torchvision and safetensors");
        return;
    };
    for (name, backbone) in common::every_kind() {
        let (_keep, path) = common::packed(&backbone);
        println!("{name}: {}", python(&program, &[path.join(LOADER).as_os_str(), path.as_os_str()]));
    }
}
