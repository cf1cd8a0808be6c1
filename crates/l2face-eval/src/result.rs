//! What an evaluation gives, ready for serde. Fields keep this order.

use l2face_metrics::{clopper_pearson, FarMode, FpirMode, MetricsError, TarAtFar, TpirAtFpir};
use serde::{Deserialize, Serialize};

use crate::{FailurePolicy, Features, NormBins, Pooling, TpeConfig};

/// A protocol's whole result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IjbaResult {
    /// How templates were made.
    pub pooling: Pooling,
    /// What became of failures to enrol.
    #[serde(default)]
    pub failures: FailurePolicy,
    /// The rule of `TarRow::named` and `TarSummary::named`.
    #[serde(default)]
    pub mode: FarMode,
    /// The rule of every TPIR.
    #[serde(default)]
    pub fpir_mode: FpirMode,
    /// How TPE was trained on each split; `None` without TPE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tpe: Option<TpeConfig>,
    /// Faces over all splits.
    pub faces: FaceCounts,
    /// Mean and deviation over the splits: the table's row.
    pub summary: Summary,
    /// The curve, mean and deviation over the splits.
    pub roc: RocSummary,
    /// Verification by feature norm, pooled over the splits.
    pub norm_bins: NormBins,
    /// Each split by itself.
    pub splits: Vec<SplitResult>,
}

/// Faces of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaceCounts {
    /// In all.
    pub total: usize,
    /// Not found: without an embedding, but for one of a crop of the centre.
    pub failed: usize,
    /// Of these, used all the same by a crop of the centre: none unless the policy says so.
    #[serde(default)]
    pub centre_cropped: usize,
    /// With an embedding that is zero; a template of such faces alone fails to enrol.
    #[serde(default)]
    pub zero: usize,
}

impl FaceCounts {
    pub(crate) fn of(features: &Features<'_>) -> Self {
        let used = features.failures == FailurePolicy::CentreCrop;
        Self {
            total: features.plain.len(),
            failed: features.plain.absent(),
            centre_cropped: if used { features.plain.fallbacks() } else { 0 },
            zero: features.plain.zeros(),
        }
    }
}

/// One split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitResult {
    /// Its number, from 1.
    pub split: usize,
    /// 1:1.
    pub verify: VerifyResult,
    /// 1:N.
    pub search: SearchResult,
}

/// Verification in one split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifyResult {
    /// Templates in the metadata.
    pub templates: usize,
    /// Of these, failures to enrol.
    pub failed_templates: usize,
    /// Comparisons left out by [`FailurePolicy::Drop`]; they are in neither of the next two.
    #[serde(default)]
    pub dropped_pairs: usize,
    /// Comparisons of one person with themselves.
    pub genuine: usize,
    /// Comparisons of two people.
    pub impostor: usize,
    /// TAR at each of the FARs of the table.
    pub tar: Vec<TarRow>,
    /// Conservative TAR on the grid of [`RocSummary::far`].
    pub roc: Vec<f64>,
    /// Area under the curve.
    pub auc: f64,
    /// Equal error rate.
    pub eer: f64,
}

/// TAR at one FAR in one split.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TarRow {
    /// The FAR asked for.
    pub far: f64,
    /// By the conservative rule, at `threshold`.
    pub conservative: f64,
    /// By linear interpolation of the curve.
    pub interp: f64,
    /// The conservative threshold: accept iff score `>=` it.
    pub threshold: f64,
    /// The FAR at `threshold`.
    pub achieved_far: f64,
    /// Impostors accepted at `threshold`.
    pub false_accepts: usize,
    /// Genuine comparisons accepted at `threshold`; 0 in files of older versions, which lack it and the next.
    #[serde(default)]
    pub true_accepts: usize,
    /// Genuine comparisons in all.
    #[serde(default)]
    pub genuine: usize,
    /// Too few impostors for one false accept: the rate at none.
    pub k_zero: bool,
    /// By the rule that the result names, where it is not the conservative one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<TarAtFar>,
}

impl TarRow {
    /// TAR by the rule that the result names.
    pub fn tar(&self) -> f64 {
        self.named.map_or(self.conservative, |at| at.tar)
    }

    /// Clopper-Pearson interval of [`Self::tar`], comparisons taken as independent; of an interpolated rate that of the rate at `threshold`.
    ///
    /// # Errors
    /// `confidence` outside (0, 1); a row without counts, from a file of an older version.
    pub fn interval(&self, confidence: f64) -> Result<(f64, f64), MetricsError> {
        match self.named {
            Some(at) => at.interval(confidence),
            None => clopper_pearson(self.true_accepts, self.genuine, confidence),
        }
    }
}

/// Identification in one split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchResult {
    /// Gallery templates; failed ones stay in, unless the policy drops them.
    pub gallery: usize,
    /// Of these, failures to enrol.
    pub failed_gallery: usize,
    /// Gallery templates left out by [`FailurePolicy::Drop`].
    #[serde(default)]
    pub dropped_gallery: usize,
    /// Probe templates.
    pub probes: usize,
    /// Of these, failures to enrol: misses if mated.
    pub failed_probes: usize,
    /// Probes left out by [`FailurePolicy::Drop`]: failed ones, and mated ones whose mates all failed.
    #[serde(default)]
    pub dropped_probes: usize,
    /// Probes whose person is in the gallery.
    pub mated: usize,
    /// Probes whose person is not.
    pub non_mated: usize,
    /// Closed set.
    pub ranks: Vec<RankRate>,
    /// Open set, mate at rank 1, by the rule that the result names.
    pub tpir: Vec<TpirAtFpir>,
}

/// Share of mated probes found within a rank.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankRate {
    /// The rank.
    pub rank: usize,
    /// The share.
    pub rate: f64,
}

impl RankRate {
    /// Clopper-Pearson interval of the share of `mated` probes, taken as independent.
    ///
    /// # Errors
    /// No probe at all; `confidence` outside (0, 1).
    pub fn interval(&self, mated: usize, confidence: f64) -> Result<(f64, f64), MetricsError> {
        clopper_pearson((self.rate * mated as f64).round() as usize, mated, confidence)
    }
}

/// Mean and population standard deviation over the splits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanStd {
    /// Mean.
    pub mean: f64,
    /// Deviation, divided by n.
    pub std: f64,
}

/// The table's row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// 1:1.
    pub tar: Vec<TarSummary>,
    /// 1:N, closed set.
    pub ranks: Vec<RankSummary>,
    /// 1:N, open set.
    pub tpir: Vec<TpirSummary>,
}

/// TAR at one FAR over the splits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TarSummary {
    /// The FAR.
    pub far: f64,
    /// By the conservative rule.
    pub conservative: MeanStd,
    /// By interpolation.
    pub interp: MeanStd,
    /// By the rule that the result names, where it is not the conservative one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<MeanStd>,
    /// Splits whose impostors are too few for one false accept; they are in the mean.
    pub k_zero_splits: usize,
}

impl TarSummary {
    /// TAR by the rule that the result names.
    pub fn tar(&self) -> MeanStd {
        self.named.unwrap_or(self.conservative)
    }
}

/// Identification rate at one rank over the splits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankSummary {
    /// The rank.
    pub rank: usize,
    /// Over the splits.
    pub rate: MeanStd,
}

/// TPIR at one FPIR over the splits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TpirSummary {
    /// The FPIR.
    pub fpir: f64,
    /// Over the splits.
    pub tpir: MeanStd,
    /// Splits whose non-mated probes are too few for one false alarm; they are in the mean.
    pub k_zero_splits: usize,
}

/// The curve over the splits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RocSummary {
    /// FARs, evenly spaced in the logarithm.
    pub far: Vec<f64>,
    /// Mean conservative TAR at each.
    pub mean: Vec<f64>,
    /// Its population standard deviation.
    pub std: Vec<f64>,
}

#[cfg(test)]
mod tests {
    use l2face_metrics::{clopper_pearson, FarMode, ScoreSet};

    use super::{RankRate, TarRow};

    #[test]
    fn an_interval_is_of_the_rate_that_is_named() {
        let set = ScoreSet::new(vec![0.9, 0.6, 0.3], vec![0.5, 0.1]).unwrap();
        let strict = set.tar_at_far(0.3, FarMode::Conservative).unwrap();
        let row = TarRow {
            far: 0.3,
            conservative: strict.tar,
            interp: 0.0,
            threshold: strict.threshold,
            achieved_far: strict.achieved_far,
            false_accepts: strict.false_accepts,
            true_accepts: strict.true_accepts,
            genuine: strict.genuine,
            k_zero: strict.k_zero,
            named: None,
        };
        assert_eq!(row.interval(0.95), clopper_pearson(2, 3, 0.95));
        let another = set.tar_at_far(1.0, FarMode::Pfe).unwrap();
        assert_eq!(TarRow { named: Some(another), ..row }.interval(0.95), clopper_pearson(3, 3, 0.95));
        let old: TarRow = serde_json::from_value(
            serde_json::json!({"far": 0.1, "conservative": 0.5, "interp": 0.5, "threshold": 0.1,
            "achieved_far": 0.1, "false_accepts": 1, "k_zero": false}),
        )
        .unwrap();
        assert!(old.interval(0.95).is_err(), "files of older versions have no counts");
        assert_eq!(RankRate { rank: 1, rate: 2.0 / 3.0 }.interval(3, 0.95), clopper_pearson(2, 3, 0.95));
    }
}
