//! The other side: peer.py in the folder's own Python.
use candle_core::{Result, Tensor};
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

/// What a file of little-endian f32 holds.
pub fn read(path: &Path) -> Vec<f32> {
    let bytes = std::fs::read(path).expect("the peer's file");
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

pub fn write(path: &Path, tensor: &Tensor) -> Result<()> {
    let values: Vec<f32> = tensor.flatten_all()?.to_vec1()?;
    Ok(std::fs::write(path, values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>())?)
}

/// Runs peer.py; what it prints.
pub fn python(args: &[&dyn AsRef<std::ffi::OsStr>]) -> String {
    script("peer.py", args)
}

/// Runs a script of this folder; what it prints.
pub fn script(name: &str, args: &[&dyn AsRef<std::ffi::OsStr>]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(name);
    let mut command = Command::new(folder().join("venv/bin/python"));
    command.arg(script).args(args.iter().map(|a| a.as_ref()));
    let output = command.output().expect("python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_string()
}

/// max |a - b| / max |b|.
pub fn error(got: &[f32], want: &[f32]) -> f64 {
    assert_eq!(got.len(), want.len());
    let largest = |v: &mut dyn Iterator<Item = f32>| {
        v.fold(0f32, |m, v| if m.is_nan() || v.is_nan() { f32::NAN } else { m.max(v.abs()) })
    };
    f64::from(largest(&mut got.iter().zip(want).map(|(a, b)| a - b)) / largest(&mut want.iter().copied()))
}
