use serde::{Deserialize, Serialize};

use crate::error::check_rate;
use crate::mode_names::named_modes;
use crate::threshold::{
    accepted, allowed_errors, bob_threshold, conservative_threshold, insightface_open_set_threshold,
};
use crate::{clopper_pearson, MetricsError, Search};

/// How the threshold of an open-set search is chosen from the highest scores of the `n` non-mated probes at a target FPIR `x`. None of
/// them exceeds the target. In configuration files `conservative`, `insightface`, `bob`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FpirMode {
    /// The lowest threshold at which at most `floor(x n)` non-mated probes raise an alarm (NIST FRVT 1:N counts `score >= t`).
    #[default]
    Conservative,
    /// The element at `max(floor(x n) - 1, 0)` of the maxima in descending order, to be exceeded strictly: one alarm fewer than allowed,
    /// and none if one is. The threshold returned is the next float, so that `>=` decides the same. (InsightFace: ijb_evals.py,
    /// `evaluation_1N`.)
    Insightface,
    /// The lowest of the maxima that keeps the target, counted with `>=`. Needs two non-mated probes.
    /// (`bob.measure.far_threshold` on the maxima, as for its `detection_identification_rate`.)
    Bob,
}

named_modes!(
    FpirMode, "TPIR at FPIR mode",
    Conservative => "conservative",
    Insightface => "insightface",
    Bob => "bob",
);

/// The true positive identification rate at a target false positive identification rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TpirAtFpir {
    /// The false positive identification rate asked for.
    pub target: f64,
    /// The mate has to be at this rank or better.
    pub rank: usize,
    /// Share of mated probes whose mate scores `>= threshold` at that rank or better.
    pub tpir: f64,
    /// The threshold of the mode: a score counts iff `score >= threshold`.
    pub threshold: f64,
    /// Share of non-mated probes with a score `>= threshold`, never above `target`.
    pub achieved_fpir: f64,
    /// Non-mated probes with a score `>= threshold`.
    pub false_alarms: usize,
    /// Mated probes.
    pub mated: usize,
    /// Non-mated probes.
    pub non_mated: usize,
    /// There are too few non-mated probes to allow one false alarm: `tpir` is the rate at none.
    pub k_zero: bool,
}

impl TpirAtFpir {
    /// Clopper-Pearson interval of the true positive identification rate at `threshold`, mated probes taken as independent.
    ///
    /// # Errors
    /// `confidence` outside (0, 1).
    pub fn interval(&self, confidence: f64) -> Result<(f64, f64), MetricsError> {
        clopper_pearson((self.tpir * self.mated as f64).round() as usize, self.mated, confidence)
    }
}

impl Search {
    /// Open-set rate by [`FpirMode::Conservative`].
    ///
    /// # Errors
    /// As for [`Self::tpir_at_fpir_by`].
    pub fn tpir_at_fpir(&self, fpir: f64, rank: usize) -> Result<TpirAtFpir, MetricsError> {
        self.tpir_at_fpir_by(fpir, rank, FpirMode::Conservative)
    }

    /// Open-set rate: a threshold `t` from the non-mated probes by the mode; then TPIR(t, R) counts mated probes whose mate is at rank
    /// `rank` or better **and** scores `>= t` (NIST FRVT 1:N).
    ///
    /// # Errors
    /// `fpir` outside \[0, 1\], `rank` 0, no mated or no non-mated probe, a single one with [`FpirMode::Bob`].
    pub fn tpir_at_fpir_by(&self, fpir: f64, rank: usize, mode: FpirMode) -> Result<TpirAtFpir, MetricsError> {
        check_rate(fpir)?;
        let threshold = open_set_threshold(self.alarms(), fpir, mode)?;
        let false_alarms = accepted(self.alarms(), threshold);
        Ok(TpirAtFpir {
            target: fpir,
            rank,
            tpir: self.found(rank, threshold)?,
            threshold,
            achieved_fpir: false_alarms as f64 / self.non_mated() as f64,
            false_alarms,
            mated: self.mated(),
            non_mated: self.non_mated(),
            k_zero: allowed_errors(fpir, self.non_mated()) == 0,
        })
    }
}

fn open_set_threshold(alarms: &[f64], fpir: f64, mode: FpirMode) -> Result<f64, MetricsError> {
    match (mode, alarms.len()) {
        (_, 0) => Err(MetricsError::Empty("non-mated probes")),
        (FpirMode::Bob, got @ 1) => Err(MetricsError::TooFew { rule: "bob", what: "non-mated probes", need: 2, got }),
        (FpirMode::Bob, _) => Ok(bob_threshold(alarms, fpir)),
        (FpirMode::Insightface, _) => Ok(insightface_open_set_threshold(alarms, fpir)),
        (FpirMode::Conservative, n) => Ok(conservative_threshold(alarms, allowed_errors(fpir, n))),
    }
}
