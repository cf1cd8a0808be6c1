//! Against folds.json, by folds.py.
use l2face_metrics::{train_test_accuracy, AccuracyMode, Folds, Pair};
use serde_json::Value;

use crate::fixture::{close, floats, read};
use crate::generator::{numbers, scores};

const SETS: [(&str, usize, u32, usize, usize); 4] =
    [("distinct", 600, 0, 10, 0), ("ties", 607, 50, 10, 0), ("coarse", 103, 8, 4, 0), ("failures", 500, 64, 7, 23)];

fn pairs(name: &str, n: usize, steps: u32, fail: usize) -> Vec<Pair> {
    let genuine: Vec<bool> = numbers(&format!("{name}/label"), n).iter().map(|&x| x < 0.0).collect();
    let (g, i) = (scores(&format!("{name}/pg"), n, 0.3, steps), scores(&format!("{name}/pi"), n, 0.1, steps));
    let mut s: Vec<f64> = (0..n).map(|k| if genuine[k] { g[k] } else { i[k] }).collect();
    if fail > 0 {
        s.iter_mut().step_by(fail).for_each(|s| *s = f64::NEG_INFINITY);
    }
    Pair::zip(&s, &genuine).unwrap()
}

fn folds() -> impl Iterator<Item = (&'static str, Folds, Value)> {
    let reference = read(include_str!("folds.json"));
    SETS.into_iter().map(move |(name, n, steps, folds, fail)| {
        (name, Folds::contiguous(&pairs(name, n, steps, fail), folds).unwrap(), reference["sets"][name].clone())
    })
}

#[test]
fn accuracies_agree() {
    for (name, folds, expected) in folds() {
        for (mode_name, mode) in AccuracyMode::NAMES {
            let a = folds.accuracy(*mode).unwrap();
            let expected = &expected[*mode_name];
            let by_fold: Vec<f64> = a.folds.iter().flat_map(|f| [f.accuracy, f.threshold]).collect();
            close(&format!("{name} {mode_name} folds"), &by_fold, &expected["folds"]);
            close(
                &format!("{name} {mode_name} mean"),
                &[a.mean, a.std],
                &Value::from(vec![expected["mean"].clone(), expected["std"].clone()]),
            );
            assert_eq!(a.unequal_folds, name != "distinct");
            assert_eq!(a.folds.iter().map(|f| f.failed).sum::<usize>(), if name == "failures" { 22 } else { 0 });
        }
    }
}

#[test]
fn val_agrees() {
    let targets = floats(&read(include_str!("folds.json"))["targets"]);
    for (name, folds, expected) in folds() {
        for (x, expected) in targets.iter().zip(expected["val"].as_array().unwrap()) {
            let v = folds.val_at_far(*x).unwrap();
            let mut got = vec![v.val_mean, v.val_std, v.far_mean];
            got.extend(v.folds.iter().map(|f| f.threshold));
            close(&format!("{name} at {x}"), &got, expected);
            assert_eq!(v.k_zero, v.folds.iter().any(|f| x * (f.training_impostors as f64) < 1.0));
            assert!(v.folds.iter().all(|f| f.lowest_threshold <= f.threshold));
        }
    }
}

/// Reading VAL's threshold off a curve with plateaus is no function: scipy, which facenet calls for it, refuses today.
#[test]
fn scipy_refuses_what_facenet_asks() {
    assert_eq!(read(include_str!("folds.json"))["slinear"], "Expect x to not have duplicates");
}

fn unit(v: &[f64]) -> Vec<f64> {
    let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
    v.iter().map(|x| x / norm).collect()
}

/// From cosines we get what facenet's way gets from distances of the vectors themselves.
#[test]
fn cosines_stand_for_squared_distances_of_unit_vectors() {
    let genuine: Vec<bool> = numbers("embedding/label", 200).iter().map(|&x| x < 0.0).collect();
    let (a, b) = (numbers("embedding/a", 1600), numbers("embedding/b", 1600));
    let cosine = |(k, (a, b)): (usize, (&[f64], &[f64]))| {
        let near: Vec<f64> = a.iter().zip(b).map(|(x, y)| if genuine[k] { x + y } else { *y }).collect();
        unit(a).iter().zip(unit(&near)).map(|(x, y)| x * y).sum::<f64>()
    };
    let s: Vec<f64> = a.chunks(8).zip(b.chunks(8)).enumerate().map(cosine).collect();
    let folds = Folds::contiguous(&Pair::zip(&s, &genuine).unwrap(), 10).unwrap();
    let expected = &read(include_str!("folds.json"))["embeddings"];
    let grid = folds.accuracy(AccuracyMode::InsightfaceGrid).unwrap();
    let by_fold: Vec<f64> = grid.folds.iter().flat_map(|f| [f.accuracy, f.threshold]).collect();
    close("grid", &by_fold, &expected["grid"]["folds"]);
    let val = folds.val_at_far(0.05).unwrap();
    close(
        "val",
        &[val.val_mean, val.val_std, val.far_mean],
        &Value::from(expected["val"].as_array().unwrap()[..3].to_vec()),
    );
}

#[test]
fn a_fold_alone_is_the_view_with_fixed_sets() {
    for (name, folds, _) in folds() {
        for (_, mode) in AccuracyMode::NAMES {
            let all = folds.accuracy(*mode).unwrap();
            for (i, fold) in folds.folds().iter().enumerate() {
                let others = folds.folds().iter().enumerate().filter(|(j, _)| *j != i);
                let training: Vec<Pair> = others.flat_map(|(_, p)| p.clone()).collect();
                assert_eq!(train_test_accuracy(&training, fold, *mode).unwrap(), all.folds[i], "{name}");
            }
        }
    }
}
