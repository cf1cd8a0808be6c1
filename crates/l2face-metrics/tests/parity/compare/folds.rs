//! Our accuracies and VAL on the pairs of a source against what folds.py found on them.
use l2face_metrics::{AccuracyMode, Folds, Pair};
use serde_json::Value;

use crate::fixture::{close, floats};
use crate::generator::{numbers, scores, Source};

const SETS: [(&str, usize, u32, usize, usize); 4] =
    [("distinct", 600, 0, 10, 0), ("ties", 607, 50, 10, 0), ("coarse", 103, 8, 4, 0), ("failures", 500, 64, 7, 23)];

fn pairs(source: &Source, name: &str, n: usize, steps: u32, fail: usize) -> Vec<Pair> {
    let genuine: Vec<bool> = numbers(&source.name(&format!("{name}/label")), n).iter().map(|&x| x < 0.0).collect();
    let of = |kind: &str, centre: f64| scores(&source.name(&format!("{name}/{kind}")), n, centre, steps);
    let (g, i) = (of("pg", 0.3), of("pi", 0.1));
    let mut s: Vec<f64> = (0..n).map(|k| if genuine[k] { g[k] } else { i[k] }).collect();
    if fail > 0 {
        s.iter_mut().step_by(fail).for_each(|s| *s = f64::NEG_INFINITY);
    }
    Pair::zip(&s, &genuine).unwrap()
}

/// Every set's name, folds and reference values.
pub fn folds(reference: &Value, source: &Source) -> Vec<(&'static str, Folds, Value)> {
    let made = SETS.into_iter().map(|(name, n, steps, folds, fail)| {
        let pairs = pairs(source, name, n, steps, fail);
        (name, Folds::contiguous(&pairs, folds).unwrap(), reference["sets"][name].clone())
    });
    made.collect()
}

pub fn accuracies(reference: &Value, source: &Source) {
    for (name, folds, expected) in folds(reference, source) {
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

pub fn equal_error_rates(reference: &Value, source: &Source) {
    for (name, folds, expected) in folds(reference, source) {
        close(&format!("{name} eer"), &[folds.eer_of_mean_curve().unwrap().eer], &expected["eer"]);
    }
}

pub fn val(reference: &Value, source: &Source) {
    let targets = floats(&reference["targets"]);
    for (name, folds, expected) in folds(reference, source) {
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

fn unit(v: &[f64]) -> Vec<f64> {
    let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
    v.iter().map(|x| x / norm).collect()
}

/// From cosines we get what facenet's way gets from distances of the vectors themselves.
pub fn vectors(reference: &Value, source: &Source) {
    let genuine: Vec<bool> = numbers(&source.name("embedding/label"), 200).iter().map(|&x| x < 0.0).collect();
    let (a, b) = (numbers(&source.name("embedding/a"), 1600), numbers(&source.name("embedding/b"), 1600));
    let cosine = |(k, (a, b)): (usize, (&[f64], &[f64]))| {
        let near: Vec<f64> = a.iter().zip(b).map(|(x, y)| if genuine[k] { x + y } else { *y }).collect();
        unit(a).iter().zip(unit(&near)).map(|(x, y)| x * y).sum::<f64>()
    };
    let s: Vec<f64> = a.chunks(8).zip(b.chunks(8)).enumerate().map(cosine).collect();
    let folds = Folds::contiguous(&Pair::zip(&s, &genuine).unwrap(), 10).unwrap();
    let expected = &reference["embeddings"];
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
