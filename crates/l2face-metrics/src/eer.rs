use serde::{Deserialize, Serialize};

use crate::vertex::{Vertex, ORIGIN};
use crate::ScoreSet;

/// The threshold at which the two errors are closest to each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearestEer {
    /// (FMR + FNMR) / 2.
    pub eer: f64,
    /// False match rate at `threshold`.
    pub fmr: f64,
    /// False non-match rate at `threshold`.
    pub fnmr: f64,
    /// Accept iff `score >= threshold`: the lowest accepted score; `+inf` if nothing is accepted.
    pub threshold: f64,
}

impl ScoreSet {
    /// Equal error rate: where the polyline through [`Self::roc`]'s points meets FMR = FNMR, that is `far = 1 - tar`, by linear
    /// interpolation. If failures end the curve before that, it is continued level to FAR 1.
    pub fn eer(&self) -> f64 {
        let miss_minus_far = |at: Vertex| 1.0 - self.tar_of(at) - self.far_of(at);
        let mut before = ORIGIN;
        for (_, at) in self.vertices() {
            if miss_minus_far(at) <= 0.0 {
                let share = miss_minus_far(before) / (miss_minus_far(before) - miss_minus_far(at));
                return self.far_of(before) + share * (self.far_of(at) - self.far_of(before));
            }
            before = at;
        }
        1.0 - self.tar_of(before)
    }

    /// The operating point that minimises |FMR - FNMR|, compared in whole numbers; of two equals the higher threshold, unless it accepts
    /// no impostor or no genuine comparison. Its mean error is what `bob.measure.eer` prints (bob adds rates up in floating point, so where
    /// they are no binary fractions its rounding can decide between exact equals otherwise).
    pub fn eer_nearest(&self) -> NearestEer {
        let (genuine, impostor) = (self.genuine().len() as u128, self.impostor().len() as u128);
        let missed = |at: Vertex| genuine - at.genuine as u128;
        let gap = |at: Vertex| (at.impostor as u128 * genuine).abs_diff(missed(at) * impostor);
        let (mut threshold, mut best) = (f64::INFINITY, ORIGIN);
        for (score, at) in self.vertices() {
            let one_sided = best.impostor == 0 || best.genuine == 0;
            if gap(at) < gap(best) || (gap(at) == gap(best) && one_sided) {
                (threshold, best) = (score, at);
            } else if gap(at) > gap(best) {
                break; // both errors move one way, so the gap has passed its minimum
            }
        }
        let (fmr, fnmr) = (self.far_of(best), missed(best) as f64 / genuine as f64);
        NearestEer { eer: (fmr + fnmr) / 2.0, fmr, fnmr, threshold }
    }
}
