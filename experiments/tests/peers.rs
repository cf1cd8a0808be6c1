//! Packaged runs' cards, as Python's huggingface_hub reads them: every figure of results.json, and of the evaluations beside it, stands there once.
//! `cargo xtask peers` runs it.
mod common;

use common::{program_of, read, stderr};
use std::path::{Path, PathBuf};
use std::process::Command;

fn done(command: &mut Command) -> String {
    let output = command.output().expect("a program");
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).trim().to_string());
    assert!(output.status.success(), "{out}\n{err}");
    out
}

/// `cargo xtask evaluate` of a row of the run on the faces that were drawn for it.
fn evaluated(folder: &Path, set: &str, faces: &Path, row: &Path) -> PathBuf {
    let out = folder.join(format!("of-{set}"));
    let mut program = Command::new(env!("CARGO_BIN_EXE_evaluate"));
    program.arg(set).arg("--data").arg(faces.join(set)).arg("--model").arg(row);
    program.arg("--landmarks").arg(faces.join(set).join("landmarks.csv"));
    done(program.arg("--cache").arg(folder.join("cache")).arg("--out").arg(&out));
    out
}

#[test]
#[ignore = "needs huggingface_hub: cargo xtask peers"]
fn huggingface_hub_finds_every_figure_on_the_card() {
    let peers = std::env::var_os("L2FACE_PEERS").map(PathBuf::from).expect("L2FACE_PEERS: run `cargo xtask peers`");
    let folder = tempfile::tempdir().expect("a folder");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/l2face-model/tests/peers/card.py");
    for experiment in ["ijba", "lfw", "ytf"] {
        let [run, out] = ["run", "model"].map(|name| folder.path().join(format!("{experiment}-{name}")));
        let mut program = program_of(experiment);
        program.arg("--config").arg(common::tiny(folder.path())).args(["--rows", "l2:8"]).arg("--out").arg(&run);
        if experiment != "ijba" {
            program.args(["--set", "data.world.impostors=6"]);
        }
        let made = program.output().expect("the program");
        assert!(made.status.success(), "{}", stderr(&made));
        let mut package = Command::new(env!("CARGO_BIN_EXE_package"));
        package.arg(&run).arg(&out).args(["--license", "MIT OR Apache-2.0"]);
        let row = run.join("rows/l2-8-seed1");
        package.arg("--evaluation").arg(evaluated(folder.path(), experiment, &run.join("generated-seed1"), &row));
        println!("{}", done(&mut package));
        let mut python = Command::new(peers.join("venv/bin/python"));
        python.arg(&script).arg("results").arg(out.join("README.md")).arg(out.join("results.json"));
        println!("{experiment}: {}", done(&mut python));
        assert!(read(&out, "README.md").starts_with(b"---\n"));
        if let Some(torch) = std::env::var_os("L2FACE_TORCH") {
            println!("{}", done(Command::new(torch).arg(out.join("load_in_torch.py")).arg(&out)));
        }
    }
}
