//! peer.py in the folder's own Python.
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether there is nothing to compare with. It says so beside what the test harness keeps to itself.
pub fn absent() -> bool {
    let absent = std::env::var_os("L2FACE_PEERS").is_none();
    if absent {
        let _ = writeln!(std::io::stderr(), "SKIPPED: L2FACE_PEERS names no folder: run `cargo xtask peers`");
    }
    absent
}

/// The folder that `cargo xtask peers` fills.
pub fn folder() -> PathBuf {
    std::env::var_os("L2FACE_PEERS").map(PathBuf::from).expect("L2FACE_PEERS names no folder: run `cargo xtask peers`")
}

/// Runs peer.py with huggingface_hub's files below `home`; what it prints.
pub fn peer(home: &Path, endpoint: &str, args: &[&str]) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/peer.py");
    let mut command = Command::new(folder().join("venv/bin/python"));
    command.arg(script).args(args).env("HF_ENDPOINT", endpoint).env("HF_HOME", home).env("HF_TOKEN", super::hub::TOKEN);
    let output = command.env("HF_HUB_DISABLE_PROGRESS_BARS", "1").output().expect("python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(printed.lines().last().unwrap_or_default()).expect("JSON")
}
