use serde::{Deserialize, Serialize};

use crate::error::check_rate;
use crate::nearest::nearest_corner;
use crate::threshold::{accepted, allowed_errors, bob_threshold, conservative_threshold, next_above, pfe_threshold};
use crate::vertex::Vertex;
use crate::{clopper_pearson, FarMode, MetricsError, ScoreSet};

/// The true accept rate at a target false accept rate, and where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TarAtFar {
    /// The false accept rate asked for.
    pub target: f64,
    /// The true accept rate.
    pub tar: f64,
    /// Accept iff `score >= threshold`. For [`FarMode::Interp`] that of the vertex at or below the target.
    pub threshold: f64,
    /// The false accept rate at `threshold`; above `target` only with [`FarMode::Insightface`] and [`FarMode::Pfe`].
    pub achieved_far: f64,
    /// Impostors accepted at `threshold`.
    pub false_accepts: usize,
    /// Genuine comparisons accepted at `threshold`.
    pub true_accepts: usize,
    /// Genuine comparisons in all.
    pub genuine: usize,
    /// Impostor comparisons in all.
    pub impostor: usize,
    /// There are too few impostors to allow a single false accept (`target * impostor < 1`): the data do not support this rate, and a
    /// mode that keeps the target gives the one at no false accept.
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
    /// TAR at a target FAR by one of the rules of [`FarMode`]. Of `N` impostors the conservative one accepts at most
    /// `k = floor(far * N)` ([`allowed_errors`]). Needs no curve: a table at ten rates costs microseconds once the scores are sorted.
    ///
    /// # Errors
    /// `far` outside \[0, 1\]; [`FarMode::Bob`] with a single impostor.
    pub fn tar_at_far(&self, far: f64, mode: FarMode) -> Result<TarAtFar, MetricsError> {
        check_rate(far)?;
        let k = allowed_errors(far, self.impostor().len());
        let below = self.with_at_most(k);
        let found = match mode {
            FarMode::Conservative => below,
            FarMode::Interp => TarAtFar { tar: self.interpolate(far, &below), ..below },
            FarMode::Insightface => self.nearest(far, &below),
            FarMode::Bob => self.bob(far)?,
            FarMode::Pfe => self.accepting_from(pfe_threshold(self.impostor(), far)),
        };
        Ok(TarAtFar { target: far, k_zero: k == 0, ..found })
    }

    fn bob(&self, far: f64) -> Result<TarAtFar, MetricsError> {
        match self.impostor().len() {
            got @ ..=1 => Err(MetricsError::TooFew { rule: "bob", what: "impostor comparisons", need: 2, got }),
            _ => Ok(self.accepting_from(bob_threshold(self.impostor(), far))),
        }
    }

    fn nearest(&self, far: f64, below: &TarAtFar) -> TarAtFar {
        let start = Vertex { genuine: below.true_accepts, impostor: below.false_accepts };
        let vertex = nearest_corner(self, far, start);
        let above_all = || next_above(self.genuine()[0].max(self.impostor()[0]));
        self.accepting_from(self.lowest_accepted(vertex).unwrap_or_else(above_all))
    }

    /// The ROC's vertex of largest TAR with at most `k` false accepts.
    fn with_at_most(&self, k: usize) -> TarAtFar {
        self.accepting_from(conservative_threshold(self.impostor(), k))
    }

    fn accepting_from(&self, threshold: f64) -> TarAtFar {
        let (genuine, impostor) = (self.genuine().len(), self.impostor().len());
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

    /// The polyline's TAR at `far`, given the vertex at or below it.
    fn interpolate(&self, far: f64, below: &TarAtFar) -> f64 {
        let next = match self.impostor().get(below.false_accepts) {
            Some(&s) if s > f64::NEG_INFINITY => self.with_at_most(accepted(self.impostor(), s)),
            _ => return below.tar,
        };
        let slope = (next.tar - below.tar) / (next.achieved_far - below.achieved_far);
        slope * (far - below.achieved_far) + below.tar
    }
}
