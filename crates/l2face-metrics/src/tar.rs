use serde::{Deserialize, Serialize};

use crate::error::check_rate;
use crate::threshold::{accepted, allowed_errors, conservative_threshold};
use crate::{clopper_pearson, MetricsError, ScoreSet};

/// How TAR is read off the scores at a target FAR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FarMode {
    /// The lowest threshold whose FAR does not exceed the target. It exists, can be used, and is the default everywhere.
    Conservative,
    /// Linear interpolation on the polyline through the ROC's vertices, at equal FAR the one of largest TAR; beyond the last
    /// vertex (failures among the impostors) its TAR is held. Equal to `numpy.interp` over the curve freed of duplicate FARs.
    /// No threshold attains it; it is what many papers print.
    Interp,
}

/// The true accept rate at a target false accept rate, and where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TarAtFar {
    /// The false accept rate asked for.
    pub target: f64,
    /// The true accept rate.
    pub tar: f64,
    /// Accept iff `score >= threshold`. For [`FarMode::Interp`] that of the vertex at or below the target.
    pub threshold: f64,
    /// The false accept rate at `threshold`, never above `target`.
    pub achieved_far: f64,
    /// Impostors accepted at `threshold`.
    pub false_accepts: usize,
    /// Genuine comparisons accepted at `threshold`.
    pub true_accepts: usize,
    /// Genuine comparisons in all.
    pub genuine: usize,
    /// Impostor comparisons in all.
    pub impostor: usize,
    /// There are too few impostors to allow a single false accept (`target * impostor < 1`): `tar` is the rate at none.
    pub k_zero: bool,
}

impl TarAtFar {
    /// Clopper-Pearson interval of the true accept rate at `threshold`, comparisons taken as independent.
    ///
    /// # Errors
    /// `confidence` outside (0, 1).
    pub fn interval(&self, confidence: f64) -> Result<(f64, f64), MetricsError> {
        clopper_pearson(self.true_accepts, self.genuine, confidence)
    }
}

impl ScoreSet {
    /// TAR at a target FAR. Of `N` impostors at most `k = floor(far * N)` are accepted ([`allowed_errors`]).
    ///
    /// # Errors
    /// `far` outside \[0, 1\].
    pub fn tar_at_far(&self, far: f64, mode: FarMode) -> Result<TarAtFar, MetricsError> {
        check_rate(far)?;
        let below = self.conservative(far);
        Ok(match mode {
            FarMode::Conservative => below,
            FarMode::Interp => TarAtFar { tar: self.interpolate(&below), ..below },
        })
    }

    fn conservative(&self, far: f64) -> TarAtFar {
        let k = allowed_errors(far, self.impostor().len());
        TarAtFar { target: far, k_zero: k == 0, ..self.with_at_most(k) }
    }

    /// The ROC's vertex of largest TAR with at most `k` false accepts.
    fn with_at_most(&self, k: usize) -> TarAtFar {
        let (genuine, impostor) = (self.genuine().len(), self.impostor().len());
        let threshold = conservative_threshold(self.impostor(), k);
        let false_accepts = accepted(self.impostor(), threshold);
        let true_accepts = accepted(self.genuine(), threshold);
        let achieved_far = false_accepts as f64 / impostor as f64;
        let tar = true_accepts as f64 / genuine as f64;
        TarAtFar {
            target: achieved_far,
            tar,
            threshold,
            achieved_far,
            false_accepts,
            true_accepts,
            genuine,
            impostor,
            k_zero: false,
        }
    }

    /// The polyline's TAR at `below.target`, given the vertex at or below it.
    fn interpolate(&self, below: &TarAtFar) -> f64 {
        let next = match self.impostor().get(below.false_accepts) {
            Some(&s) if s > f64::NEG_INFINITY => self.with_at_most(accepted(self.impostor(), s)),
            _ => return below.tar,
        };
        let slope = (next.tar - below.tar) / (next.achieved_far - below.achieved_far);
        slope * (below.target - below.achieved_far) + below.tar
    }
}
