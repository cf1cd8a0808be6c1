//! `results.json` of `reproduce lfw` and `reproduce ytf`.

use l2face_eval::ListUsed;
use l2face_metrics::{AccuracyMode, BootstrapInterval, FarMode};
use serde::{Deserialize, Serialize};

use super::super::row::{NormBin, RowId, Stat};
use super::super::schema::{Alignment, Bound, DataInfo};
use crate::folds::{AccuracyPercent, FoldRates};
use crate::paper::accuracy::PaperAccuracy;

/// The version of the file.
pub const SCHEMA: &str = "l2face-pairs/1";

/// The content of `results.json`. Nothing in it depends on the clock or on the folder of `--out`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PairResults {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// `lfw` or `ytf`.
    pub experiment: String,
    /// SHA-256 of the tensors ([`crate::hash::tensors`]) of the only row's network, in a model folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// What was trained and tested on.
    pub data: DataInfo,
    /// The resolved configuration.
    pub config: serde_json::Value,
    /// The lower bound of alpha for the number of people trained on.
    pub alpha_lower_bound: Bound,
    /// How the faces were aligned.
    pub alignment: Alignment,
    /// The list of pairs and its labels.
    pub list: ListUsed,
    /// How a fold's threshold is chosen on the others.
    pub accuracy_mode: AccuracyMode,
    /// How TAR is read off at a FAR.
    pub far_mode: FarMode,
    /// One row per training method.
    pub rows: Vec<PairRow>,
    /// The paper's figures.
    pub paper: Vec<PaperAccuracy>,
    /// What the reader must know.
    pub warnings: Vec<String>,
}

/// One training method and everything measured with it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PairRow {
    /// Who it is.
    #[serde(flatten)]
    pub id: RowId,
    /// Alpha at the end of training, one per seed; empty without alpha.
    pub alpha_final: Vec<f64>,
    /// Accuracy in percent: its deviation is over the folds.
    pub accuracy: Stat,
    /// 95 % Clopper-Pearson interval of the share of pairs decided rightly, in percent, pairs taken as independent; of several seeds the
    /// means of the ends.
    pub accuracy_interval: [f64; 2],
    /// TAR over all pairs at each FAR.
    pub tar: Vec<PairTar>,
    /// facenet's VAL at a FAR of 1e-3, deviation over the folds.
    pub val: Stat,
    /// Equal error rate, mean of the seeds.
    pub eer: f64,
    /// Area under the ROC, mean of the seeds.
    pub auc: f64,
    /// One entry per reported seed.
    pub per_seed: Vec<SeedPairs>,
    /// (step, smoothed loss) of the first seed, at most 200 points.
    pub loss_curve: Vec<[f64; 2]>,
    /// Feature norm against quality, where the quality is known.
    pub norm_quality: Option<Vec<NormBin>>,
}

/// A true accept rate over all pairs, mean of the seeds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairTar {
    /// The false accept rate asked for.
    pub far: f64,
    /// The rate.
    pub tar: f64,
    /// 95 % Clopper-Pearson interval; of several seeds the means of the ends.
    pub interval: [f64; 2],
    /// 95 % interval by resampling identities, likewise; none where the labels are not theirs.
    pub by_identity: Option<[f64; 2]>,
    /// There are too few impostors for one false accept.
    pub k_zero: bool,
}

/// One training run, measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SeedPairs {
    /// The seed.
    pub seed: u64,
    /// The mean training loss of the last tenth of the steps.
    pub final_loss: f64,
    /// The mean training loss of the tenth before.
    pub earlier_loss: f64,
    /// Faces without an embedding.
    pub failed_faces: usize,
    /// Accuracy over the folds.
    pub accuracy: AccuracyPercent,
    /// Everything else.
    pub rates: FoldRates,
    /// TAR by resampling identities, at the FARs of `rates.tar`; empty where the labels are not theirs.
    pub by_identity: Vec<BootstrapInterval>,
}
