//! Scripts of this crate's tests in the Python that `cargo xtask peers` keeps, and numbers of its seed.
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What a script prints, given these arguments.
pub fn found(script: &str, args: &[&str]) -> Value {
    let peers = std::env::var_os("L2FACE_PEERS").map(PathBuf::from).expect("L2FACE_PEERS: run `cargo xtask peers`");
    found_by(peers.join("venv/bin/python").as_os_str(), script, args)
}

/// The same by another Python.
pub fn found_by(python: &OsStr, script: &str, args: &[&str]) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(script);
    let output = Command::new(python).arg(path).args(args).output().expect("a Python");
    assert!(output.status.success(), "{script} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The seed of this run.
pub fn seed() -> u64 {
    let seed =
        std::env::var("L2FACE_SEED").expect("L2FACE_SEED: run `cargo xtask peers`, or `cargo xtask peers --seed N`");
    seed.parse().expect("a number")
}

/// Numbers in [0, 1): splitmix64 of a key and a place.
pub fn uniform(key: u64, place: u64) -> f64 {
    let mut z = key.wrapping_add((place + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / 2f64.powi(53)
}

/// A key of a few numbers.
pub fn key(parts: &[u64]) -> u64 {
    parts.iter().fold(0xCBF2_9CE4_8422_2325, |h, p| {
        p.to_le_bytes().iter().fold(h, |h: u64, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01B3))
    })
}

/// A vector of a face: its person's and noise. With `ties` it is one of few axes, scaled, so that scores are exactly 0 or 1.
pub fn vector(seed: u64, person: u64, face: u64, ties: bool) -> Option<Vec<f32>> {
    let of = key(&[seed, 1, person, face]);
    if of.is_multiple_of(11) {
        return None;
    }
    let scale = 0.5 + 2.0 * uniform(of, 1000);
    if ties {
        let own = if uniform(of, 1001) < 0.7 { 0 } else { face };
        let axis = (key(&[seed, 2, person, own]) % 8) as usize;
        let mut v = vec![0.; 16];
        v[axis] = 1.;
        return Some(v);
    }
    let value = |d| scale * ((uniform(key(&[seed, 3, person]), d) - 0.5) + 1.4 * (uniform(of, d) - 0.5));
    Some((0..16).map(|d| value(d) as f32).collect())
}

/// A number to 1e-9, relative above 1.
#[track_caller]
pub fn close(what: &str, got: f64, want: &Value) {
    let want = want.as_f64().unwrap_or_else(|| panic!("{what}: {want} is no number"));
    assert!((got - want).abs() <= 1e-9 * want.abs().max(1.), "{what}: {got}, expected {want}");
}
