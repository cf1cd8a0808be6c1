//! Accuracy on one list at a threshold that was chosen on another: LFW's view 1.
use super::schema::{AccuracyPercent, ChosenOn};
use anyhow::{Context, Result};
use l2face_eval::FoldScores;
use l2face_metrics::{clopper_pearson, train_test_accuracy, AccuracyMode, Pair};

/// Coverage of the interval.
const CONFIDENCE: f64 = 0.95;

/// The threshold of all pairs of `training`, measured on all pairs of `test`.
///
/// # Errors
/// A training list without pairs of both kinds, no test pair.
pub fn train_test(training: &FoldScores, test: &FoldScores, mode: AccuracyMode) -> Result<AccuracyPercent> {
    let pairs = |scores: &FoldScores| Pair::zip(&scores.scores, &scores.same);
    let on = || format!("{}: the list to choose a threshold on", training.list.file.display());
    let measured = train_test_accuracy(&pairs(training)?, &pairs(test)?, mode).with_context(on)?;
    let (low, high) = clopper_pearson(measured.right, measured.pairs, CONFIDENCE)?;
    Ok(AccuracyPercent {
        mode,
        mean: 100. * measured.accuracy,
        std: None,
        interval: [100. * low, 100. * high],
        right: measured.right,
        pairs: measured.pairs,
        folds: vec![100. * measured.accuracy],
        thresholds: vec![measured.score_threshold],
        unequal_folds: false,
        empty_folds: 0,
        chosen_on: Some(ChosenOn {
            list: training.list.clone(),
            pairs: training.scores.len(),
            failed_pairs: training.failed_pairs,
            accuracy: 100. * measured.training_accuracy,
        }),
    })
}
