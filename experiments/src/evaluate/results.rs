//! results.json of `cargo xtask evaluate`.
use super::cli::Set;
use l2face_eval::{FailurePolicy, IjbBcResult, IjbaResult, ListUsed, Pooling};
use l2face_image::Preproc;
use l2face_metrics::{AccuracyMode, FarMode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the file.
pub const SCHEMA: &str = "l2face-evaluate/1";

/// Everything that was measured, and all that it depends on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Results {
    /// `l2face-evaluate/1`.
    pub schema: String,
    /// The protocol.
    pub set: Set,
    /// The command that gives these results again.
    pub command: String,
    /// The embedder.
    pub model: Model,
    /// How faces were aligned.
    pub align: String,
    /// How templates were made.
    pub pooling: Pooling,
    /// What became of failures to enrol.
    pub failures: FailurePolicy,
    /// How many faces came from which source; "not found" are failures to enrol.
    pub sources: BTreeMap<String, usize>,
    /// What was read against what is published, where they differ.
    pub warnings: Vec<String>,
    /// LFW, YTF and .bin: accuracy over folds, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<AccuracyPercent>,
    /// LFW, YTF and .bin: everything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folds: Option<FoldRates>,
    /// IJB-A's table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ijba: Option<IjbaResult>,
    /// The same with TPE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ijba_tpe: Option<IjbaResult>,
    /// IJB-B's or IJB-C's table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ijbbc: Option<Box<IjbBcResult>>,
}

/// The embedder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Model {
    /// The file as it was named.
    pub file: String,
    /// Its SHA-256.
    pub sha256: String,
    /// What happens to a crop before the network.
    pub input: Preproc,
    /// Length of an embedding.
    pub embedding: usize,
}

/// Accuracy over folds, in percent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccuracyPercent {
    /// How thresholds were chosen.
    pub mode: AccuracyMode,
    /// Mean of the folds.
    pub mean: f64,
    /// Population standard deviation of the folds.
    pub std: f64,
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
    /// facenet's VAL at a FAR of 1e-3: mean, deviation, mean FAR on the folds.
    pub val: [f64; 3],
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
