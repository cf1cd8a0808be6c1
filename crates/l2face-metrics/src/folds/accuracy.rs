use serde::{Deserialize, Serialize};

use super::distance::{check_cosines, cosine, cosine_of_arccos};
use super::pair::check_pairs;
use super::threshold_choice::choose;
use super::{AccuracyMode, Folds, Pair};
use crate::{mean_std, MetricsError};

/// The accuracy on one fold, with the threshold that was chosen on the others.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoldAccuracy {
    /// Share of the test pairs that are decided rightly.
    pub accuracy: f64,
    /// Test pairs decided rightly.
    pub right: usize,
    /// Test pairs.
    pub pairs: usize,
    /// Test pairs with a failure to enrol: rejected.
    pub failed: usize,
    /// Share of the training pairs that the threshold decides rightly (the threshold was fitted to them).
    pub training_accuracy: f64,
    /// In the mode's own scale: a distance for [`AccuracyMode::InsightfaceGrid`] (squared) and [`AccuracyMode::FacenetArccos`], else a score.
    pub threshold: f64,
    /// The same as a score.
    pub score_threshold: f64,
}

/// Accuracy over folds: the figure of LFW, CFP-FP, AgeDB-30 and YTF.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    /// The rule.
    pub mode: AccuracyMode,
    /// Each fold by itself, in order.
    pub folds: Vec<FoldAccuracy>,
    /// Mean over the folds, every fold with the same weight.
    pub mean: f64,
    /// **Population** standard deviation over the folds (divided by their number, as the published scripts do).
    pub std: f64,
    /// The folds differ in size, so `mean` is not the share of all pairs decided rightly.
    pub unequal_folds: bool,
}

impl Folds {
    /// For each fold the threshold is chosen on the pairs of all others and applied to it.
    ///
    /// # Errors
    /// Training pairs without a genuine or without an impostor pair; scores that are no cosines, except for [`AccuracyMode::Exact`].
    pub fn accuracy(&self, mode: AccuracyMode) -> Result<Accuracy, MetricsError> {
        check_scale(self.folds().iter().flatten(), mode)?;
        let one = |(fold, (training, test)): (usize, (Vec<Pair>, &[Pair]))| {
            let missing = |what| MetricsError::BadFold { fold, what, purpose: "choose its threshold on in the others" };
            check_both_kinds(&training, missing)?;
            Ok(measure(&training, test, mode))
        };
        let folds = self.train_test().enumerate().map(one).collect::<Result<Vec<_>, MetricsError>>()?;
        let (mean, std) = mean_std(&folds.iter().map(|f| f.accuracy).collect::<Vec<_>>());
        let unequal_folds = folds.iter().any(|f| f.pairs != folds[0].pairs);
        Ok(Accuracy { mode, folds, mean, std, unequal_folds })
    }
}

/// Accuracy on `test` at a threshold chosen on `training`: LFW's DevTrain and DevTest, say.
///
/// # Errors
/// No test pair; training pairs without a genuine or without an impostor pair; a NaN or `+inf` score; scores that are no cosines, except
/// for [`AccuracyMode::Exact`].
pub fn train_test_accuracy(training: &[Pair], test: &[Pair], mode: AccuracyMode) -> Result<FoldAccuracy, MetricsError> {
    let missing = |what| match what {
        "genuine pair" => MetricsError::Empty("genuine training pairs"),
        _ => MetricsError::Empty("impostor training pairs"),
    };
    for pairs in [training, test] {
        check_pairs(pairs.iter())?;
        check_scale(pairs.iter(), mode)?;
    }
    check_both_kinds(training, missing)?;
    if test.is_empty() {
        return Err(MetricsError::Empty("test pairs"));
    }
    Ok(measure(training, test, mode))
}

fn measure(training: &[Pair], test: &[Pair], mode: AccuracyMode) -> FoldAccuracy {
    let threshold = choose(training, mode);
    let right = |pairs: &[Pair]| pairs.iter().filter(|p| mode.is_right(p, threshold)).count();
    let share = |pairs: &[Pair]| right(pairs) as f64 / pairs.len() as f64;
    FoldAccuracy {
        accuracy: share(test),
        right: right(test),
        pairs: test.len(),
        failed: test.iter().filter(|p| p.score == f64::NEG_INFINITY).count(),
        training_accuracy: share(training),
        threshold,
        score_threshold: match mode {
            AccuracyMode::InsightfaceGrid => cosine(threshold),
            AccuracyMode::FacenetArccos => cosine_of_arccos(threshold),
            AccuracyMode::Sphereface | AccuracyMode::Exact => threshold,
        },
    }
}

fn check_scale<'a>(pairs: impl Iterator<Item = &'a Pair>, mode: AccuracyMode) -> Result<(), MetricsError> {
    match mode {
        AccuracyMode::Exact => Ok(()),
        _ => check_cosines(mode.name(), pairs),
    }
}

fn check_both_kinds(training: &[Pair], missing: impl Fn(&'static str) -> MetricsError) -> Result<(), MetricsError> {
    match (training.iter().any(|p| p.genuine), training.iter().any(|p| !p.genuine)) {
        (true, true) => Ok(()),
        (false, _) => Err(missing("genuine pair")),
        (_, false) => Err(missing("impostor pair")),
    }
}
