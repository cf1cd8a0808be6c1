//! A packaged run's card, as Python's huggingface_hub reads it: every mean of results.json stands there once. `cargo xtask peers` runs it.
mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

fn done(command: &mut Command) -> String {
    let output = command.output().expect("a program");
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).trim().to_string());
    assert!(output.status.success(), "{out}\n{err}");
    out
}

#[test]
#[ignore = "needs huggingface_hub: cargo xtask peers"]
fn huggingface_hub_finds_every_mean_on_the_card() {
    let peers = std::env::var_os("L2FACE_PEERS").map(PathBuf::from).expect("L2FACE_PEERS: run `cargo xtask peers`");
    let folder = tempfile::tempdir().expect("a folder");
    let [run, out] = ["run", "model"].map(|name| folder.path().join(name));
    assert!(common::run(folder.path(), &run, &["--rows", "l2:8"]).status.success());
    let mut package = Command::new(env!("CARGO_BIN_EXE_package"));
    let said = done(package.arg(&run).arg(&out).args(["--license", "MIT OR Apache-2.0"]));
    println!("{said}");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/l2face-model/tests/peers/card.py");
    let mut python = Command::new(peers.join("venv/bin/python"));
    python.arg(script).arg("results").arg(out.join("README.md")).arg(out.join("results.json"));
    println!("{}", done(&mut python));
    if let Some(torch) = std::env::var_os("L2FACE_TORCH") {
        println!("{}", done(Command::new(torch).arg(out.join("load_in_torch.py")).arg(&out)));
    }
}
