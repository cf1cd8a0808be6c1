use serde::{Deserialize, Serialize};

use super::distance::{below, check_cosines, sorted_distances};
use super::val::check_kinds_of_all;
use super::Folds;
use crate::MetricsError;

/// Thresholds 0, 0.01, ..., 3.99.
const STEPS: u32 = 400;

/// facenet's equal error rate: read off a curve that is the mean of the folds' at each threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanCurveEer {
    /// The mean false accept rate at which it equals 1 less the mean true accept rate.
    pub eer: f64,
    /// The grid's squared distance at or below which the two meet; the last one of the grid if they do not.
    pub threshold: f64,
}

impl Folds {
    /// facenet's EER (src/validate_on_lfw.py, `calculate_roc`): TAR and FAR of each fold at squared distances below 0, 0.01, ..., 3.99, their
    /// means over the folds, and the root of `1 - x - TAR(x)` on the polyline through these points. On a vertical piece it is that FAR; if
    /// failures end the curve before, it is continued level. [`crate::ScoreSet::eer`] needs neither grid nor folds.
    ///
    /// # Errors
    /// Scores that are no cosines; a fold without genuine or impostor pairs.
    pub fn eer_of_mean_curve(&self) -> Result<MeanCurveEer, MetricsError> {
        check_cosines("eer-of-mean-curve", self.folds().iter().flatten())?;
        check_kinds_of_all(self)?;
        let sorted: Vec<_> = self.folds().iter().map(|pairs| sorted_distances(pairs)).collect();
        let mean = |t: f64| {
            let share = |distances: &[f64]| below(distances, t) as f64 / distances.len() as f64;
            let sum = sorted.iter().fold((0.0, 0.0), |(far, tar), (g, i)| (far + share(i), tar + share(g)));
            (sum.0 / sorted.len() as f64, sum.1 / sorted.len() as f64)
        };
        Ok(crossing((0..STEPS).map(|step| f64::from(step) * 0.01).map(|t| (t, mean(t)))))
    }
}

/// Where the polyline through (threshold, (FAR, TAR)) meets `FAR = 1 - TAR`.
fn crossing(points: impl Iterator<Item = (f64, (f64, f64))>) -> MeanCurveEer {
    let gap = |(far, tar): (f64, f64)| 1.0 - tar - far;
    let mut before = (0.0, (0.0, 0.0));
    for (threshold, at) in points {
        if gap(at) <= 0.0 {
            let share = gap(before.1) / (gap(before.1) - gap(at));
            return MeanCurveEer { eer: before.1 .0 + share * (at.0 - before.1 .0), threshold };
        }
        before = (threshold, at);
    }
    MeanCurveEer { eer: 1.0 - before.1 .1, threshold: before.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossings_by_hand() {
        let of = |points: &[(f64, f64)]| crossing(points.iter().enumerate().map(|(i, p)| (i as f64, *p)));
        assert_eq!(of(&[(0.0, 0.0), (0.0, 0.5), (0.5, 1.0)]), MeanCurveEer { eer: 0.25, threshold: 2.0 });
        assert_eq!(of(&[(0.0, 0.0), (0.25, 0.25), (0.25, 1.0)]).eer, 0.25, "on a vertical piece");
        assert_eq!(of(&[(0.0, 0.0), (0.1, 0.5)]).eer, 0.5, "failures: continued level");
    }
}
