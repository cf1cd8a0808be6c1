use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::check_rate;
use crate::nearest::is_corner;
use crate::vertex::Vertex;
use crate::{FarMode, MetricsError, ScoreSet};

/// One operating point of the receiver operating characteristic.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RocPoint {
    /// False accept rate at `threshold`.
    pub far: f64,
    /// True accept rate at `threshold`.
    pub tar: f64,
    /// Accept iff `score >= threshold`; `+inf` at the first point.
    pub threshold: f64,
}

impl ScoreSet {
    /// The whole curve: a point for every distinct score above `-inf`, from the highest threshold to the lowest, preceded by
    /// (0, 0). It ends at (1, 1) unless there are failures to enrol. Tied scores are one point, accepted or rejected together.
    /// Same as scikit-learn's `roc_curve` with `drop_intermediate=False`. 24 bytes a point; for a table at a few rates ask
    /// [`Self::tar_at_far`], which stores nothing.
    pub fn roc(&self) -> Vec<RocPoint> {
        self.points(|_| true)
    }

    /// [`Self::roc`] without the points at which neither count changes its step: the same polyline from fewer points. Same as
    /// scikit-learn's `roc_curve` with `drop_intermediate=True`, its default.
    pub fn roc_corners(&self) -> Vec<RocPoint> {
        self.points(|at| is_corner(self, at))
    }

    fn points(&self, keep: impl Fn(Vertex) -> bool) -> Vec<RocPoint> {
        let kept = self.vertices().filter(|(_, at)| keep(*at));
        let point = |(threshold, at)| RocPoint { far: self.far_of(at), tar: self.tar_of(at), threshold };
        let origin = RocPoint { far: 0.0, tar: 0.0, threshold: f64::INFINITY };
        std::iter::once(origin).chain(kept.map(point)).collect()
    }

    /// Conservative TAR at every FAR of a grid (see [`crate::log_grid`]), for plots. Below [`Self::lowest_far`] it is the rate at no false
    /// accept: the data say no more.
    ///
    /// # Errors
    /// A grid value outside \[0, 1\].
    pub fn roc_on_grid(&self, fars: &[f64]) -> Result<Vec<f64>, MetricsError> {
        fars.iter().try_for_each(|&far| check_rate(far))?;
        fars.par_iter().map(|&far| Ok(self.tar_at_far(far, FarMode::Conservative)?.tar)).collect()
    }

    /// Area under the curve: the probability that a genuine score exceeds an impostor score, ties by half (the Mann-Whitney
    /// statistic divided by the number of pairs). A genuine failure loses against everything, an impostor failure against every
    /// genuine score above `-inf`.
    pub fn auc(&self) -> f64 {
        let imp = self.impostor();
        let wins: f64 = self
            .genuine()
            .par_iter()
            .filter(|&&g| g > f64::NEG_INFINITY)
            .map(|&g| {
                let above = imp.partition_point(|&s| s > g);
                let at_least = imp.partition_point(|&s| s >= g);
                (2 * (imp.len() - at_least) + (at_least - above)) as u64
            })
            .sum::<u64>() as f64;
        wins / 2.0 / (self.genuine().len() as f64 * imp.len() as f64)
    }
}
