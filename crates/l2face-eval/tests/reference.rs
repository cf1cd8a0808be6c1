//! The whole result against a separate program, `reference_ijba.py`. The expected numbers were made by
//! ```sh
//! cargo test --release -p l2face-eval --test reference -- --ignored   # prints the folder TINY
//! python reference_ijba.py TINY > expected_tiny_unit_media.json        # numpy 2.4.6, scikit-learn 1.9.1
//! python reference_ijba.py TINY --frames raw --pool flat > expected_tiny_raw_flat.json
//! python reference_ijba.py ../../../../shared/data/lfw_ijba > expected_lfw_ijba.json
//! ```
mod common;

use std::path::{Path, PathBuf};

use l2face_eval::{evaluate, tar_by_norm_bin, Frames, IjbA, IjbaResult, Pool, Pooling};
use serde_json::Value;

/// Same keys in the same order, same counts, numbers to 1e-9 (relative above 1).
fn same(path: &str, got: &Value, want: &Value) {
    match (got, want) {
        (Value::Object(a), Value::Object(b)) => {
            assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "{path}");
            a.iter().for_each(|(k, v)| same(&format!("{path}.{k}"), v, &b[k]));
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{path}");
            a.iter().zip(b).enumerate().for_each(|(i, (x, y))| same(&format!("{path}[{i}]"), x, y));
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{path}: {a}, expected {b}");
        }
        _ => assert_eq!(got, want, "{path}"),
    }
}

fn check(dir: &Path, pooling: Pooling, expected: &str) -> IjbaResult {
    let protocol = IjbA::load(dir).unwrap();
    let embeddings = common::embed(&protocol);
    let result = evaluate(&protocol, &embeddings, &pooling).unwrap();
    same("result", &serde_json::to_value(&result).unwrap(), &serde_json::from_str(expected).unwrap());
    assert_eq!(tar_by_norm_bin(&protocol, &embeddings, &pooling).unwrap(), result.norm_bins);
    result
}

#[test]
fn tiny_folder_agrees_with_python() {
    let dir = tempfile::tempdir().unwrap();
    common::write_tiny(dir.path());
    let media = check(dir.path(), Pooling::default(), include_str!("expected_tiny_unit_media.json"));
    let pooling = Pooling { frames: Frames::Raw, pool: Pool::Flat, ..Pooling::default() };
    let flat = check(dir.path(), pooling, include_str!("expected_tiny_raw_flat.json"));
    assert_ne!(media.summary, flat.summary, "the fixture must tell the poolings apart");
    assert!(media.splits.iter().any(|s| s.verify.failed_templates > 0 && s.search.failed_probes > 0));
}

#[test]
fn photographs_folder_agrees_with_python() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/lfw_ijba");
    if !dir.is_dir() {
        eprintln!("SKIPPED: {} is absent", dir.display());
        return;
    }
    check(&dir, Pooling::default(), include_str!("expected_lfw_ijba.json"));
    let mut protocol = IjbA::load(&dir).unwrap();
    protocol.check_images().unwrap();
    assert_eq!(protocol.faces.len(), 2254);
    let landmarks = l2face_eval::LandmarkIndex::load(&[dir.join("landmarks.csv")]).unwrap();
    assert_eq!(protocol.add_landmarks(&landmarks), 2254);
}

#[test]
fn results_survive_serde_and_repeat() {
    let dir = tempfile::tempdir().unwrap();
    common::write_tiny(dir.path());
    let protocol = IjbA::load(dir.path()).unwrap();
    let run = || {
        serde_json::to_string(&evaluate(&protocol, &common::embed(&protocol), &Pooling::default()).unwrap()).unwrap()
    };
    let text = run();
    assert_eq!(text, run());
    let back: IjbaResult = serde_json::from_str(&text).unwrap();
    same("result", &serde_json::to_value(&back).unwrap(), &serde_json::from_str(&text).unwrap());
}

#[test]
fn threads_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    common::write_tiny(dir.path());
    let protocol = IjbA::load(dir.path()).unwrap();
    let embeddings = common::embed(&protocol);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let result = pool.install(|| evaluate(&protocol, &embeddings, &Pooling::default()).unwrap());
        serde_json::to_string(&result).unwrap()
    };
    assert_eq!(with(1), with(3));
}

#[test]
#[ignore = "writes the folder that the python program reads"]
fn write_tiny_folder() {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("tiny_ijba");
    common::write_tiny(&dir);
    println!("TINY={}", dir.display());
}
