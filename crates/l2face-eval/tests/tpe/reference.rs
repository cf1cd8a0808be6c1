//! Against numpy and PyTorch's autograd, `reference_tpe.py`.

use l2face_eval::{triplet_loss, Tpe, TpeConfig};
use serde_json::Value;

use crate::made_up::{dot, matrix, people};

fn expected() -> Value {
    serde_json::from_str(include_str!("expected_tpe.json")).unwrap()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    serde_json::from_value(value.clone()).unwrap()
}

#[track_caller]
fn close(got: &[Vec<f64>], want: &Value, tolerance: f64) {
    let want = rows(want);
    assert_eq!((got.len(), got[0].len()), (want.len(), want[0].len()));
    let worst = got.iter().flatten().zip(want.iter().flatten()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(worst < tolerance, "{worst}");
}

fn config(epochs: usize) -> TpeConfig {
    TpeConfig { dim: 4, learning_rate: 0.8, epochs, batch: 100, seed: 5 }
}

#[test]
fn loss_and_gradient_are_autograds() {
    let (vectors, labels) = people(5, 9);
    let got = triplet_loss(&matrix(1, 4, 9), &vectors, &labels);
    let want = expected();
    assert!((got.loss - want["loss"].as_f64().unwrap()).abs() < 1e-14);
    close(&got.gradient, &want["gradient"], 1e-14);
}

#[test]
fn principal_components_are_numpys() {
    let (vectors, labels) = people(5, 9);
    let tpe = Tpe::fit(&vectors, &labels, &config(0)).unwrap();
    close(&tpe.weight(), &expected()["components"], 1e-12);
    assert!(tpe.losses().is_empty());
}

#[test]
fn training_is_pytorchs() {
    let (vectors, labels) = people(5, 9);
    let (tpe, want) = (Tpe::fit(&vectors, &labels, &config(12)).unwrap(), expected());
    close(&[tpe.losses().to_vec()], &Value::Array(vec![want["losses"].clone()]), 1e-12);
    close(&tpe.weight(), &want["weight"], 1e-11);
    let narrow = |v: &Vec<f64>| v.iter().map(|x| *x as f32).collect::<Vec<_>>();
    let applied = |v| tpe.apply(&narrow(v)).unwrap().into_iter().map(f64::from).collect();
    close(&vectors[..3].iter().map(applied).collect::<Vec<_>>(), &want["applied"], 1e-6);
    assert!(tpe.losses()[11] < 0.9 * tpe.losses()[0], "{:?}", tpe.losses());
}

/// Wide vectors: the components are orthonormal, and their variances are the largest that the remaining directions have.
#[test]
fn many_components_are_orthonormal_and_sorted() {
    let (vectors, labels) = people(20, 128);
    let w = Tpe::fit(&vectors, &labels, &TpeConfig { dim: 128, epochs: 0, ..TpeConfig::default() }).unwrap().weight();
    assert_eq!(w.len(), 128);
    let unit: Vec<Vec<f64>> = vectors.iter().map(|v| v.iter().map(|x| x / dot(v, v).sqrt()).collect()).collect();
    let variance = |row: &Vec<f64>| {
        let along: Vec<f64> = unit.iter().map(|v| dot(v, row)).collect();
        let mean = along.iter().sum::<f64>() / along.len() as f64;
        along.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / along.len() as f64
    };
    for (i, row) in w.iter().enumerate() {
        for (j, other) in w.iter().enumerate() {
            assert!((dot(row, other) - f64::from(u8::from(i == j))).abs() < 1e-10, "{i} {j}");
        }
    }
    let variances: Vec<f64> = w.iter().map(variance).collect();
    assert!(variances.windows(2).all(|v| v[0] >= v[1] - 1e-15), "{variances:?}");
}
