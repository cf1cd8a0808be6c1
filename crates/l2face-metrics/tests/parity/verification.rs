//! Against verification.json, by verification.py: scikit-learn, scipy and numpy.
use l2face_metrics::{FarMode, RocPoint, ScoreSet};
use serde_json::Value;

use crate::fixture::{close, floats, read};
use crate::generator::all_sets;

fn each_set(check: impl Fn(&str, &ScoreSet, &Value)) {
    let reference = read(include_str!("verification.json"));
    for (name, genuine, impostor) in all_sets() {
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

#[test]
fn curves_are_scikit_learns() {
    each_set(|name, set, expected| {
        close(&format!("{name} roc"), &summary(&set.roc()), &expected["roc"]);
        close(&format!("{name} corners"), &summary(&set.roc_corners()), &expected["corners"]);
        let det = set.det();
        let as_roc: Vec<_> =
            det.iter().map(|p| RocPoint { far: p.fmr, tar: 1.0 - p.fnmr, threshold: p.threshold }).collect();
        close(&format!("{name} det"), &summary(&as_roc), &expected["roc"]);
    });
}

#[test]
fn area_and_equal_error_rate_agree() {
    each_set(|name, set, expected| {
        close(&format!("{name} auc"), &[set.auc()], &expected["auc"]);
        close(&format!("{name} eer"), &[set.eer()], &expected["eer"]);
    });
}

#[test]
fn every_mode_agrees() {
    let rates = floats(&read(include_str!("verification.json"))["rates"]);
    let mut compared = 0;
    each_set(|name, set, expected| {
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
    let reference = read(include_str!("verification.json"));
    for (_, set) in reference["sets"].as_object().unwrap() {
        compared += set["modes"].as_object().unwrap().len();
    }
    assert_eq!(compared, 14 * 3 + 12); // conservative's trial is too slow for the two large sets
}

#[test]
fn nearest_and_rounded_rules_exceed_the_target_where_they_do_in_python() {
    let exceeds = |mode: FarMode| {
        let count = |(_, g, i): &(&str, Vec<f64>, Vec<f64>)| {
            let set = ScoreSet::new(g.clone(), i.clone()).unwrap();
            let rates = floats(&read(include_str!("verification.json"))["rates"]);
            rates.iter().filter(|&&x| set.tar_at_far(x, mode).unwrap().achieved_far > x).count()
        };
        all_sets().iter().map(count).sum::<usize>()
    };
    assert_eq!((exceeds(FarMode::Conservative), exceeds(FarMode::Bob)), (0, 0));
    assert!(exceeds(FarMode::Insightface) > 0 && exceeds(FarMode::Pfe) > 0);
}
