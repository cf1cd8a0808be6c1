//! TPE against `reference_tpe.py`: PyTorch's autograd, where a Python that has it is named.
use l2face_eval::{triplet_loss, Tpe, TpeConfig};
use serde_json::Value;

use crate::made_up::{matrix, people_of};
use crate::python::{found_by, seed};

#[track_caller]
fn close(what: &str, got: &[Vec<f64>], want: &Value) {
    let want: Vec<Vec<f64>> = serde_json::from_value(want.clone()).unwrap();
    assert_eq!((got.len(), got[0].len()), (want.len(), want[0].len()), "{what}");
    let worst = got.iter().flatten().zip(want.iter().flatten()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(worst < 1e-9, "{what}: {worst}");
}

#[test]
#[ignore = "needs PyTorch: cargo xtask peers --torch PYTHON"]
fn tpe_on_fresh_vectors() {
    let Some(torch) = std::env::var_os("L2FACE_TORCH") else {
        println!("SKIPPED: TPE against autograd needs cargo xtask peers --torch PYTHON");
        return;
    };
    let seed = seed();
    let want = found_by(&torch, "tpe/reference_tpe.py", &[&seed.to_string()]);
    let (vectors, labels) = people_of(seed, 5, 9);
    let got = triplet_loss(&matrix(seed.wrapping_mul(1_000_003).wrapping_add(1), 4, 9), &vectors, &labels);
    assert!((got.loss - want["loss"].as_f64().unwrap()).abs() < 1e-9, "seed {seed}");
    close(&format!("seed {seed}, gradient"), &got.gradient, &want["gradient"]);
    let config = |epochs| TpeConfig { dim: 4, learning_rate: 0.8, epochs, batch: 100, seed: 5 };
    let start = Tpe::fit(&vectors, &labels, &config(0)).unwrap();
    close(&format!("seed {seed}, components"), &start.weight(), &want["components"]);
    let trained = Tpe::fit(&vectors, &labels, &config(12)).unwrap();
    close(&format!("seed {seed}, losses"), &[trained.losses().to_vec()], &Value::Array(vec![want["losses"].clone()]));
    close(&format!("seed {seed}, weight"), &trained.weight(), &want["weight"]);
}
