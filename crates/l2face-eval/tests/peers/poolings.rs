//! Every pooling against `reference_pooling.py`.
use std::collections::BTreeMap;

use l2face_eval::{pool, Embeddings, Features, Pooling, TemplateSpec};
use serde_json::Value;

use crate::python::{close, found, seed, uniform};

const FACES: usize = 4;
const DIM: u64 = 5;

fn of(seed: u64, key: u64, d: u64) -> f64 {
    uniform(seed.wrapping_mul(1_000_003).wrapping_add(key), d)
}

fn embeddings(seed: u64, mirrored: bool) -> Embeddings {
    let mut all = Embeddings::new(FACES, DIM as usize);
    for face in 0..FACES {
        let key = 10 * face as u64 + u64::from(mirrored);
        all.set(face, &(0..DIM).map(|d| (8. * of(seed, key, d) - 4.) as f32).collect::<Vec<_>>()).unwrap();
    }
    all
}

#[test]
#[ignore = "needs numpy: cargo xtask peers"]
fn every_pooling_on_fresh_vectors() {
    let seed = seed();
    let scores: Vec<f32> = (0..FACES as u64).map(|face| of(seed, 1000, face) as f32).collect();
    let (plain, mirrored) = (embeddings(seed, false), embeddings(seed, true));
    let features = Features::new(&plain).mirrored(&mirrored).det_scores(&scores);
    let template = TemplateSpec { id: 1, subject: 1, media: vec![vec![0, 1, 2], vec![3]] };
    let expected: BTreeMap<String, Value> =
        serde_json::from_value(found("reference_pooling.py", &[&seed.to_string()])).unwrap();
    assert_eq!(expected.len(), 48);
    for (name, want) in &expected {
        let pooling: Pooling = name.parse().unwrap();
        let got = pool(&template, features, &pooling).unwrap().unwrap();
        let vector = want["vector"].as_array().unwrap();
        assert_eq!(got.vector.len(), vector.len(), "{name}");
        got.vector.iter().zip(vector).for_each(|(a, b)| close(&format!("seed {seed}, {name}"), *a, b));
        close(&format!("seed {seed}, {name}, norm"), got.feature_norm, &want["feature_norm"]);
    }
}
