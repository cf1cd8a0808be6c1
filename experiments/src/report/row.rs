//! One row of the table, as it stands in `results.json`.

use crate::row_name::has_tpe;
use serde::{Deserialize, Serialize};

/// Who a row is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowId {
    /// As on the command line: `softmax`, `l2:16`, `l2:trained`, `l2:16+tpe`.
    pub name: String,
    /// For the reader: `softmax`, `alpha 16`, `alpha trained`, `alpha 16 + TPE`.
    pub label: String,
    /// Alpha as configured (the start, where it is trained); `None` without alpha.
    pub alpha: Option<f64>,
    /// Whether alpha is trained.
    pub alpha_trained: bool,
    /// The learning rate chosen for the row.
    pub learning_rate: f64,
}

/// One training method and everything measured with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// As on the command line: `softmax`, `l2:16`, `l2:trained`, `l2:16+tpe`.
    pub name: String,
    /// For the reader: `softmax`, `alpha 16`, `alpha trained`, `alpha 16 + TPE`.
    pub label: String,
    /// Alpha as configured (the start, where it is trained); `None` without alpha.
    pub alpha: Option<f64>,
    /// Whether alpha is trained.
    pub alpha_trained: bool,
    /// Alpha at the end of training, one per seed; empty without alpha.
    pub alpha_final: Vec<f64>,
    /// The learning rate chosen for the row.
    pub learning_rate: f64,
    /// One entry per reported seed.
    pub per_seed: Vec<SeedResult>,
    /// Means and deviations.
    pub mean: Summary,
    /// (step, smoothed loss) of the first seed, at most 200 points.
    pub loss_curve: Vec<[f64; 2]>,
    /// The mean ROC and its spread.
    pub roc: Roc,
    /// Feature norm against quality, where the quality is known.
    pub norm_quality: Option<Vec<NormBin>>,
    /// Verification by feature norm, from the lowest norms to the highest; may be empty.
    pub norm_tar: Vec<NormTar>,
}

impl Row {
    /// Whether it is another row's network, evaluated with TPE.
    pub fn tpe(&self) -> bool {
        has_tpe(&self.name)
    }

    /// Alpha at the end of training, averaged over the seeds; `None` without alpha.
    pub fn final_alpha(&self) -> Option<f64> {
        let n = self.alpha_final.len();
        (n > 0).then(|| self.alpha_final.iter().sum::<f64>() / n as f64)
    }
}

/// One training run, evaluated on every split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeedResult {
    /// The seed.
    pub seed: u64,
    /// The mean training loss of the last tenth of the steps.
    pub final_loss: f64,
    /// The mean training loss of the tenth before, to see whether it still falls.
    pub earlier_loss: f64,
    /// One entry per split.
    pub splits: Vec<SplitResult>,
}

/// What one split gave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SplitResult {
    /// The number of the split, from 1.
    pub split: usize,
    /// Genuine comparisons.
    pub genuine: usize,
    /// Impostor comparisons.
    pub impostor: usize,
    /// True accept rates.
    pub tar: Vec<TarCell>,
    /// Closed-set identification rates.
    pub rank: Vec<RankCell>,
    /// Open-set identification rates.
    pub tpir: Vec<TpirCell>,
}

/// A true accept rate at a false accept rate, in both modes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TarCell {
    /// The target false accept rate.
    pub far: f64,
    /// The rate with the achieved false accept rate never above the target.
    pub conservative: f64,
    /// The rate by linear interpolation of the ROC.
    pub interp: f64,
    /// The impostors are too few to allow one false accept: the rate is the one at none.
    pub k_zero: bool,
}

/// An identification rate at a rank.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankCell {
    /// The rank, from 1.
    pub k: usize,
    /// The share of mated probes whose mate is among the first k.
    pub rate: f64,
}

/// A true positive identification rate at a false positive identification rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TpirCell {
    /// The target false positive identification rate.
    pub fpir: f64,
    /// The share of mated probes found above the threshold at rank 1.
    pub rate: f64,
    /// The non-mated probes are too few to let one through: the rate is the one at none.
    pub k_zero: bool,
}

/// A mean with its deviations (population standard deviations, dividing by n).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stat {
    /// The mean over seeds and splits.
    pub mean: f64,
    /// The deviation over the splits of the rates averaged over the seeds.
    pub std: f64,
    /// The deviation over the seeds of the rates averaged over the splits; `None` with one seed.
    pub seed_std: Option<f64>,
}

/// [`TarCell`] over all seeds and splits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TarSummary {
    /// The target false accept rate.
    pub far: f64,
    /// Conservative mode.
    pub conservative: Stat,
    /// Interpolated mode.
    pub interp: Stat,
    /// Splits whose impostors are too few to allow one false accept.
    pub k_zero_splits: usize,
}

/// Means and deviations of a row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// True accept rates, by rising false accept rate as in the splits.
    pub tar: Vec<TarSummary>,
    /// (rank, rate).
    pub rank: Vec<(usize, Stat)>,
    /// (target FPIR, rate).
    pub tpir: Vec<(f64, Stat)>,
}

/// A ROC on a grid: mean over seeds and splits, deviation over the splits of the seeds' mean.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Roc {
    /// False accept rates, rising.
    pub far: Vec<f64>,
    /// Mean true accept rates.
    pub mean: Vec<f64>,
    /// Population standard deviations over the splits.
    pub std: Vec<f64>,
}

/// The norms of the features, before any normalisation, of the faces within a range of quality.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NormBin {
    /// Lower edge of the quality.
    pub quality_lo: f64,
    /// Upper edge of the quality.
    pub quality_hi: f64,
    /// Faces in the bin.
    pub n: usize,
    /// Mean norm.
    pub mean_norm: f64,
    /// Lower quartile of the norm.
    pub p25: f64,
    /// Upper quartile of the norm.
    pub p75: f64,
}

/// Verification of one third of the comparisons, by the smaller feature norm of the two templates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NormTar {
    /// The false accept rate asked of the third, by a threshold of its own.
    pub far: f64,
    /// Lowest norm, averaged over the seeds.
    pub norm_lo: f64,
    /// Highest norm, averaged over the seeds.
    pub norm_hi: f64,
    /// Conservative rate, averaged over the seeds that have one.
    pub tar: Option<f64>,
    /// 95 % Clopper-Pearson interval of the genuine comparisons of all splits, taken as independent; of several seeds the means of the ends.
    /// Older files lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f64; 2]>,
    /// In some seed the impostors are too few for one false accept.
    pub k_zero: bool,
}

/// What the runner hands over for one seed of a row; see [`Row::from_seeds`].
#[derive(Clone, Debug, PartialEq)]
pub struct SeedRun {
    /// The rates, kept in the file.
    pub result: SeedResult,
    /// Alpha at the end of training.
    pub alpha_final: Option<f64>,
    /// (step, smoothed loss), any length.
    pub loss_curve: Vec<[f64; 2]>,
    /// For each split the true accept rates on [`roc_grid`](super::roc_grid).
    pub roc: Vec<Vec<f64>>,
}
