//! Against folds.json, by folds.py.
use l2face_metrics::{train_test_accuracy, AccuracyMode, Pair};
use serde_json::Value;

use crate::compare::folds as compare;
use crate::fixture::read;
use crate::generator::Source;

fn reference() -> Value {
    read(include_str!("folds.json"))
}

#[test]
fn accuracies_agree() {
    compare::accuracies(&reference(), &Source::kept());
}

#[test]
fn equal_error_rates_agree() {
    compare::equal_error_rates(&reference(), &Source::kept());
}

#[test]
fn val_agrees() {
    compare::val(&reference(), &Source::kept());
}

/// Reading VAL's threshold off a curve with plateaus is no function: scipy, which facenet calls for it, refuses today.
#[test]
fn scipy_refuses_what_facenet_asks() {
    assert_eq!(read(include_str!("folds.json"))["slinear"], "Expect x to not have duplicates");
}

#[test]
fn cosines_stand_for_squared_distances_of_unit_vectors() {
    compare::vectors(&reference(), &Source::kept());
}

#[test]
fn a_fold_alone_is_the_view_with_fixed_sets() {
    for (name, folds, _) in compare::folds(&reference(), &Source::kept()) {
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
