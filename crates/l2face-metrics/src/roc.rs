use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::check_rate;
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
    /// (0, 0). It ends at (1, 1) unless there are failures to enrol. Same as scikit-learn's `roc_curve` with
    /// `drop_intermediate=False`.
    pub fn roc(&self) -> Vec<RocPoint> {
        let (g, i) = (self.genuine(), self.impostor());
        let (mut a, mut b) = (0, 0);
        let mut points = vec![RocPoint { far: 0.0, tar: 0.0, threshold: f64::INFINITY }];
        while let Some(threshold) = next_score(g, i, a, b) {
            a += tied(&g[a..], threshold);
            b += tied(&i[b..], threshold);
            let (far, tar) = (b as f64 / i.len() as f64, a as f64 / g.len() as f64);
            points.push(RocPoint { far, tar, threshold });
        }
        points
    }

    /// Conservative TAR at every FAR of a grid (see [`crate::log_grid`]), for plots.
    ///
    /// # Errors
    /// A grid value outside \[0, 1\].
    pub fn roc_on_grid(&self, fars: &[f64]) -> Result<Vec<f64>, MetricsError> {
        fars.iter().try_for_each(|&far| check_rate(far))?;
        fars.par_iter().map(|&far| Ok(self.tar_at_far(far, FarMode::Conservative)?.tar)).collect()
    }

    /// Area under the curve: the probability that a genuine score exceeds an impostor score, ties by half. A genuine failure
    /// loses against everything, an impostor failure against every genuine score above `-inf`.
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

    /// Equal error rate: where the polyline through [`Self::roc`]'s points meets `far = 1 - tar`. If failures end the curve
    /// before that, it is continued level to FAR 1.
    pub fn eer(&self) -> f64 {
        let roc = self.roc();
        let miss_minus_far = |p: &RocPoint| 1.0 - p.tar - p.far;
        let Some(next) = roc.iter().position(|p| miss_minus_far(p) <= 0.0) else {
            return 1.0 - roc[roc.len() - 1].tar;
        };
        let (p, q) = (&roc[next - 1], &roc[next]);
        let share = miss_minus_far(p) / (miss_minus_far(p) - miss_minus_far(q));
        p.far + share * (q.far - p.far)
    }
}

/// The highest score above `-inf` not yet passed.
fn next_score(g: &[f64], i: &[f64], a: usize, b: usize) -> Option<f64> {
    let next = |s: &[f64], at: usize| s.get(at).copied().unwrap_or(f64::NEG_INFINITY);
    let score = next(g, a).max(next(i, b));
    (score > f64::NEG_INFINITY).then_some(score)
}

/// How many scores at the head equal `value`.
fn tied(descending: &[f64], value: f64) -> usize {
    descending.iter().take_while(|&&s| s == value).count()
}
