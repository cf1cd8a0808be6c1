//! IJB-A's whole result against `reference_ijba.py`, which scikit-learn's curve is in.
use std::fmt::Write as _;
use std::fs;

use l2face_eval::{evaluate, Embeddings, Frames, IjbA, Pool, Pooling};
use serde_json::Value;

use crate::common;
use crate::python::{close, found, key, seed, vector};

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
        (Value::Number(a), _) => close(path, a.as_f64().unwrap(), want),
        _ => assert_eq!(got, want, "{path}"),
    }
}

/// The vectors of a seed, and the same as the table that the script reads.
fn embeddings(protocol: &IjbA, seed: u64) -> (Embeddings, String) {
    let mut embeddings = Embeddings::new(protocol.faces.len(), 16);
    let mut table = "FILE,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT,vector\n".to_owned();
    for (i, face) in protocol.faces.iter().enumerate() {
        let bbox = face.hints.bbox.expect("a box");
        // FACE_X of the made-up protocol is the subject's number.
        let Some(v) = vector(seed, bbox.x as u64, key(&[face.file.len() as u64, i as u64]), false) else { continue };
        embeddings.set(i, &v).unwrap();
        let _ = write!(table, "{},{},{:?},{},{}", face.file, bbox.x, bbox.y, bbox.width, bbox.height);
        v.iter().for_each(|x| write!(table, ",{x:?}").unwrap());
        table.push('\n');
    }
    (embeddings, table)
}

#[test]
#[ignore = "needs scikit-learn: cargo xtask peers"]
fn ijb_a_on_fresh_vectors() {
    let (dir, seed) = (tempfile::tempdir().unwrap(), seed());
    common::write_tiny(dir.path());
    let protocol = IjbA::load(dir.path()).unwrap();
    let (embeddings, table) = embeddings(&protocol, seed);
    let csv = dir.path().join("embeddings.csv");
    fs::write(&csv, table).unwrap();
    for (frames, pool) in [(Frames::Unit, Pool::Media), (Frames::Raw, Pool::Flat)] {
        let pooling = Pooling { frames, pool, ..Pooling::default() };
        let names = if frames == Frames::Unit { ["unit", "media"] } else { ["raw", "flat"] };
        let (root, csv) = (dir.path().to_str().unwrap(), csv.to_str().unwrap());
        let want = found("reference_ijba.py", &[root, "--embeddings", csv, "--frames", names[0], "--pool", names[1]]);
        let got = evaluate(&protocol, &embeddings, &pooling).unwrap();
        assert!(got.faces.failed > 0, "some faces have no vector");
        same(&format!("seed {seed}, {names:?}"), &serde_json::to_value(&got).unwrap(), &want);
    }
}
