//! Accuracy and rates of pairs in folds, as they stand in results.json.
use l2face_eval::ListUsed;
use l2face_metrics::{AccuracyMode, FarMode};
use serde::{Deserialize, Serialize};

/// Accuracy over folds, in percent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccuracyPercent {
    /// How thresholds were chosen.
    pub mode: AccuracyMode,
    /// Mean of the folds.
    pub mean: f64,
    /// Population standard deviation of the folds; none of one fold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub std: Option<f64>,
    /// 95 % Clopper-Pearson interval of the share of pairs that were decided rightly, pairs taken as independent.
    pub interval: [f64; 2],
    /// Pairs decided rightly, and pairs.
    pub right: usize,
    /// Pairs.
    pub pairs: usize,
    /// Each fold's accuracy.
    pub folds: Vec<f64>,
    /// Each fold's threshold, as a cosine.
    pub thresholds: Vec<f64>,
    /// The folds differ in size.
    pub unequal_folds: bool,
    /// Folds of the list that are left without a pair, since failures to enrol are dropped; they are in no mean.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub empty_folds: usize,
    /// Of one fold, the list that its threshold was chosen on; several folds have theirs from each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen_on: Option<ChosenOn>,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// A list of its own to choose a threshold on: LFW's DevTrain.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChosenOn {
    /// The list.
    pub list: ListUsed,
    /// Its pairs.
    pub pairs: usize,
    /// Its pairs with a failure to enrol.
    pub failed_pairs: usize,
    /// The accuracy on it, in percent: the threshold was fitted to it.
    pub accuracy: f64,
}

/// Rates over all pairs of a list in folds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FoldRates {
    /// Which list and labels.
    pub list: ListUsed,
    /// Pairs of one person.
    pub genuine: usize,
    /// Pairs of two.
    pub impostor: usize,
    /// Photographs or videos that failed to enrol.
    pub failed_templates: usize,
    /// Pairs with one of them.
    pub failed_pairs: usize,
    /// Equal error rate.
    pub eer: f64,
    /// Area under the ROC.
    pub auc: f64,
    /// TAR at FARs.
    pub tar: Vec<Tar>,
    /// facenet's VAL at a FAR of 1e-3: mean, deviation, mean FAR on the folds; none of one fold, or where a fold lacks pairs of a kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub val: Option<[f64; 3]>,
    /// The ROC on a grid: FAR and TAR.
    pub roc: Vec<[f64; 2]>,
}

/// TAR at a FAR.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tar {
    /// The rule.
    pub mode: FarMode,
    /// The FAR asked for.
    pub far: f64,
    /// The rate.
    pub tar: f64,
    /// 95 % Clopper-Pearson interval.
    pub interval: [f64; 2],
    /// The cosine at or above which a pair is accepted.
    pub threshold: f64,
    /// The FAR that was reached.
    pub achieved_far: f64,
    /// There are too few impostors for one false accept.
    pub k_zero: bool,
}
