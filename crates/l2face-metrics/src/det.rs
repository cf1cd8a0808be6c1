use serde::{Deserialize, Serialize};

use crate::vertex::ORIGIN;
use crate::ScoreSet;

/// One operating point of the detection error trade-off, in rates (a plot usually takes their normal deviates).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DetPoint {
    /// False match rate at `threshold`: share of impostor comparisons accepted.
    pub fmr: f64,
    /// False non-match rate at `threshold`: share of genuine comparisons rejected, failures to enrol among them.
    pub fnmr: f64,
    /// Accept iff `score >= threshold`; `+inf` at the first point.
    pub threshold: f64,
}

impl ScoreSet {
    /// The errors at every distinct score above `-inf`, from the highest threshold to the lowest, preceded by (0, 1). It ends at
    /// (1, 0) unless there are failures to enrol: genuine failures keep FNMR above 0, impostor failures FMR below 1 (NIST's
    /// convention; ISO/IEC 19795-1 calls the rates FMR and FNMR).
    pub fn det(&self) -> Vec<DetPoint> {
        let missed = |accepted| (self.genuine().len() - accepted) as f64 / self.genuine().len() as f64;
        let curve = std::iter::once((f64::INFINITY, ORIGIN)).chain(self.vertices());
        curve.map(|(threshold, at)| DetPoint { fmr: self.far_of(at), fnmr: missed(at.genuine), threshold }).collect()
    }
}
