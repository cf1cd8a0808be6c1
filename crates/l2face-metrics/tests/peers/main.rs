//! The scripts of tests/parity once more, in Python, on scores of a seed: `cargo xtask peers` runs it.
#[path = "../parity/compare/mod.rs"]
mod compare;
#[path = "../parity/fixture.rs"]
#[allow(dead_code)]
mod fixture;
#[path = "../parity/generator.rs"]
#[allow(dead_code)]
mod generator;

use std::path::{Path, PathBuf};
use std::process::Command;

use compare::{bob_reference, folds, legacy, verification};
use generator::Source;
use serde_json::Value;

/// What a script prints of the scores of a seed, run by the Python of one of the environments that `cargo xtask peers` keeps.
fn found(environment: &str, script: &str, seed: &str) -> Value {
    let peers = std::env::var_os("L2FACE_PEERS").map(PathBuf::from).expect("L2FACE_PEERS: run `cargo xtask peers`");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity").join(script);
    let output =
        Command::new(peers.join(environment).join("bin/python")).arg(path).arg(seed).output().expect("a Python");
    assert!(output.status.success(), "{script}, seed {seed}: {}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    println!("{script}, seed {seed}: {}", found["versions"]);
    found
}

fn seed() -> String {
    std::env::var("L2FACE_SEED").expect("L2FACE_SEED: run `cargo xtask peers`, or `cargo xtask peers --seed N`")
}

#[test]
#[ignore = "needs scikit-learn: cargo xtask peers"]
fn scikit_learn_on_fresh_scores() {
    let seed = seed();
    let (reference, source) = (found("venv", "verification.py", &seed), Source::fresh(&seed));
    verification::curves(&reference, &source);
    verification::area_and_equal_error_rate(&reference, &source);
    assert_eq!(verification::every_mode(&reference, &source), 13 * 3 + 12, "sets by modes");
}

#[test]
#[ignore = "needs scikit-learn: cargo xtask peers"]
fn accuracy_and_val_on_fresh_pairs() {
    let seed = seed();
    let (reference, source) = (found("venv", "folds.py", &seed), Source::fresh(&seed));
    folds::accuracies(&reference, &source);
    folds::equal_error_rates(&reference, &source);
    folds::val(&reference, &source);
    folds::vectors(&reference, &source);
}

#[test]
#[ignore = "needs numpy: cargo xtask peers"]
fn the_old_script_on_fresh_scores() {
    let seed = seed();
    legacy::rates(&found("venv", "legacy.py", &seed), &Source::fresh(&seed));
}

#[test]
#[ignore = "needs bob.measure: cargo xtask peers"]
fn bob_on_fresh_scores() {
    let seed = seed();
    let (reference, source) = (found("bob", "bob_reference.py", &seed), Source::fresh(&seed));
    bob_reference::far_thresholds(&reference, &source);
    bob_reference::nearest_equal_error_rates(&reference, &source);
    bob_reference::ranks(&reference, &source);
    bob_reference::open_set_rates(&reference, &source);
}
