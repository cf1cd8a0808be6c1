//! Runs the real program on the smallest world that still has every part.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The program under test.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ijba"));
    command.stdin(Stdio::null());
    command
}

/// A configuration that trains and evaluates in about a second.
pub const TINY: &str = r#"
rows = ["softmax", "l2:8"]
[data]
kind = "generated"
[data.world]
train_people = 12
images_per_person = 12
eval_people = 48
canvas = 48
stills = [2, 3]
videos = 2
frames = 2
impostors = 200
[crop]
width = 28
height = 28
[model]
kind = "face-resnet"
height = 28
width = 28
padding = 0
batch_norm = false
feature_norm = false
embedding = 8
stages = [{ convs = [4, 4], units = 1, pool = "before-units" }, { convs = [8], units = 1, pool = "before-units" }]
[train]
batch = 8
epochs = 4
checkpoint_seconds = 0.0
[train.learning_rate]
default = 0.05
"#;

/// Writes [`TINY`] to a file in `folder`.
pub fn tiny(folder: &Path) -> PathBuf {
    let path = folder.join("tiny.toml");
    std::fs::write(&path, TINY).expect("the test's own folder");
    path
}

/// The tiny experiment with `--out out` and further arguments.
pub fn run(folder: &Path, out: &Path, more: &[&str]) -> Output {
    command(folder, out, more).output().expect("the program starts")
}

/// The command behind [`run`].
pub fn command(folder: &Path, out: &Path, more: &[&str]) -> Command {
    let mut command = program();
    command.arg("--config").arg(tiny(folder)).arg("--out").arg(out).args(more);
    command
}

/// What the program said.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A file of a finished run.
pub fn read(out: &Path, file: &str) -> Vec<u8> {
    std::fs::read(out.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"))
}
