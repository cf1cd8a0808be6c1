//! Our rates on the scores of a source against what verification.py found on them.
use l2face_metrics::{RocPoint, ScoreSet};
use serde_json::Value;

use crate::fixture::{close, floats};
use crate::generator::{all_sets, Source};

fn each_set(reference: &Value, source: &Source, check: impl Fn(&str, &ScoreSet, &Value)) {
    for (name, genuine, impostor) in all_sets(source) {
        let expected = &reference["sets"][name];
        assert!(expected.is_object(), "{name}");
        check(name, &ScoreSet::new(genuine, impostor).unwrap(), expected);
    }
}

fn summary(curve: &[RocPoint]) -> Vec<f64> {
    let sum = |of: &dyn Fn(usize, &RocPoint) -> f64| curve.iter().enumerate().map(|(k, p)| of(k, p)).sum();
    let weighted = sum(&|k, p| k as f64 * (p.far + 2.0 * p.tar));
    vec![curve.len() as f64, sum(&|_, p| p.far), sum(&|_, p| p.tar), weighted]
}

pub fn curves(reference: &Value, source: &Source) {
    each_set(reference, source, |name, set, expected| {
        close(&format!("{name} roc"), &summary(&set.roc()), &expected["roc"]);
        close(&format!("{name} corners"), &summary(&set.roc_corners()), &expected["corners"]);
        let det = set.det();
        let as_roc: Vec<_> =
            det.iter().map(|p| RocPoint { far: p.fmr, tar: 1.0 - p.fnmr, threshold: p.threshold }).collect();
        close(&format!("{name} det"), &summary(&as_roc), &expected["roc"]);
    });
}

pub fn area_and_equal_error_rate(reference: &Value, source: &Source) {
    each_set(reference, source, |name, set, expected| {
        close(&format!("{name} auc"), &[set.auc()], &expected["auc"]);
        close(&format!("{name} eer"), &[set.eer()], &expected["eer"]);
    });
}

/// Every mode at every rate; how many (set, mode) there were.
pub fn every_mode(reference: &Value, source: &Source) -> usize {
    let rates = floats(&reference["rates"]);
    each_set(reference, source, |name, set, expected| {
        for (mode, values) in expected["modes"].as_object().unwrap() {
            for (x, value) in rates.iter().zip(values.as_array().unwrap()) {
                let at = set.tar_at_far(*x, mode.parse().unwrap()).unwrap();
                let got = [at.tar, at.achieved_far, at.threshold];
                let n = if mode == "interp" { 1 } else { 3 };
                close(&format!("{name} {mode} at {x}"), &got[..n], value);
                assert_eq!(at.tar > 0.0, floats(value)[0] > 0.0);
                assert_eq!((at.target, at.k_zero), (*x, *x * (at.impostor as f64) < 1.0));
            }
        }
    });
    reference["sets"].as_object().unwrap().values().map(|set| set["modes"].as_object().unwrap().len()).sum()
}
