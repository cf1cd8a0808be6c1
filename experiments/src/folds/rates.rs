//! Scores of pairs in folds to rates.
use super::schema::{AccuracyPercent, FoldRates, Tar};
use anyhow::Result;
use l2face_eval::FoldScores;
use l2face_metrics::{clopper_pearson, log_grid, AccuracyMode, FarMode, Folds, Pair, ScoreSet, ValAtFar};
use std::collections::HashSet;

/// The FARs of the table.
pub const FARS: [f64; 4] = [1e-1, 1e-2, 1e-3, 1e-4];
/// Lowest FAR and points per decade of the ROC that is kept.
const ROC: (f64, usize) = (1e-4, 10);
/// Coverage of intervals.
const CONFIDENCE: f64 = 0.95;
/// The FAR of facenet's VAL.
const VAL: f64 = 1e-3;

/// Accuracy over the folds.
///
/// # Errors
/// Folds without pairs of both kinds.
pub fn accuracy(scores: &FoldScores, mode: AccuracyMode) -> Result<AccuracyPercent> {
    let accuracy = folds(scores)?.accuracy(mode)?;
    let (right, pairs) = accuracy.folds.iter().fold((0, 0), |(r, p), f| (r + f.right, p + f.pairs));
    let (low, high) = clopper_pearson(right, pairs, CONFIDENCE)?;
    Ok(AccuracyPercent {
        mode,
        mean: 100. * accuracy.mean,
        std: Some(100. * accuracy.std),
        interval: [100. * low, 100. * high],
        right,
        pairs,
        folds: accuracy.folds.iter().map(|f| 100. * f.accuracy).collect(),
        thresholds: accuracy.folds.iter().map(|f| f.score_threshold).collect(),
        unequal_folds: accuracy.unequal_folds,
        empty_folds: scores.folds.saturating_sub(accuracy.folds.len()),
        chosen_on: None,
    })
}

fn folds(scores: &FoldScores) -> Result<Folds> {
    let fold_of: Vec<usize> = scores.fold.iter().map(|f| *f as usize).collect();
    Ok(Folds::by_number(&Pair::zip(&scores.scores, &scores.same)?, &fold_of)?)
}

/// Rates over all pairs.
///
/// # Errors
/// No pair of one of the kinds.
pub fn rates(scores: &FoldScores, mode: FarMode) -> Result<FoldRates> {
    let set = score_set(scores)?;
    let tar = FARS.into_iter().map(|far| tar_at(&set, far, mode)).collect::<Result<_>>()?;
    let val = has_val(scores).then(|| val(scores)).transpose()?;
    let grid = log_grid(ROC.0, ROC.1);
    let tars = set.roc_on_grid(&grid)?;
    Ok(FoldRates {
        list: scores.list.clone(),
        genuine: set.genuine().len(),
        impostor: set.impostor().len(),
        failed_templates: scores.failed_templates,
        failed_pairs: scores.failed_pairs,
        eer: set.eer(),
        auc: set.auc(),
        tar,
        val: val.map(|v| [v.val_mean, v.val_std, v.far_mean]),
        roc: grid.into_iter().zip(tars).map(|(far, tar)| [far, tar]).collect(),
    })
}

/// facenet's VAL at a FAR of 1e-3.
///
/// # Errors
/// A fold without pairs of both kinds.
pub fn val(scores: &FoldScores) -> Result<ValAtFar> {
    Ok(folds(scores)?.val_at_far(VAL)?)
}

/// Whether there are folds to take VAL over: two, each with pairs of both kinds.
fn has_val(scores: &FoldScores) -> bool {
    let kinds: HashSet<(u32, bool)> = scores.fold.iter().copied().zip(scores.same.iter().copied()).collect();
    let folds: HashSet<u32> = scores.fold.iter().copied().collect();
    folds.len() > 1 && kinds.len() == 2 * folds.len()
}

/// The scores by kind.
///
/// # Errors
/// No pair of one of the kinds.
pub fn score_set(scores: &FoldScores) -> Result<ScoreSet> {
    let of = |same: bool| scores.scores.iter().zip(&scores.same).filter(move |(_, s)| **s == same).map(|(v, _)| *v);
    Ok(ScoreSet::new(of(true).collect(), of(false).collect())?)
}

/// One line of the table.
///
/// # Errors
/// A rate outside [0, 1].
pub fn tar_at(set: &ScoreSet, far: f64, mode: FarMode) -> Result<Tar> {
    let at = set.tar_at_far(far, mode)?;
    let (low, high) = at.interval(CONFIDENCE)?;
    Ok(Tar {
        mode,
        far,
        tar: at.tar,
        interval: [low, high],
        threshold: at.threshold,
        achieved_far: at.achieved_far,
        k_zero: at.k_zero,
    })
}
