//! Runs the real program on the smallest world that still has every part.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The program under test.
pub fn program() -> Command {
    program_of("ijba")
}

/// The program of an experiment.
pub fn program_of(experiment: &str) -> Command {
    let path = match experiment {
        "lfw" => env!("CARGO_BIN_EXE_lfw"),
        "ytf" => env!("CARGO_BIN_EXE_ytf"),
        _ => env!("CARGO_BIN_EXE_ijba"),
    };
    let mut command = Command::new(path);
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

/// Starts the program and kills it as soon as `file` appears.
pub fn kill_when(file: &Path, mut command: Command) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let start = Instant::now();
    while !file.exists() && child.try_wait().expect("the child").is_none() {
        assert!(start.elapsed() < Duration::from_secs(60), "{} never appeared", file.display());
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().ok(); // SIGKILL
    child.wait().expect("the child");
}
