use serde::{Deserialize, Serialize};

use super::distance::{below, check_cosines, sorted_distances};
use super::{Folds, Pair};
use crate::error::check_rate;
use crate::threshold::allowed_errors;
use crate::{mean_std, MetricsError};

/// Thresholds 0, 0.001, ..., 3.999.
const STEPS: u32 = 4000;

/// Validation rate at a target FAR on one fold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoldVal {
    /// Share of the fold's genuine pairs with a squared distance below `threshold`.
    pub val: f64,
    /// Share of the fold's impostor pairs with a squared distance below `threshold`; may be anything, the target was met in training.
    pub far: f64,
    /// Squared L2 distance, interpolated on the training folds; 0 if they never reach the target.
    pub threshold: f64,
    /// The smallest threshold that the interpolation allows as well: below `threshold` where training FAR stays exactly at the target over
    /// a range, else equal to it.
    pub lowest_threshold: f64,
    /// Training FAR reaches the target at some threshold.
    pub reached: bool,
    /// Impostor pairs of the training folds.
    pub training_impostors: usize,
    /// These are too few to allow one false accept: the data do not support this target.
    pub k_zero: bool,
}

/// VAL at FAR, facenet's second figure on LFW.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValAtFar {
    /// The false accept rate asked for on the training folds.
    pub target: f64,
    /// Each fold by itself, in order.
    pub folds: Vec<FoldVal>,
    /// Mean validation rate, every fold with the same weight.
    pub val_mean: f64,
    /// **Population** standard deviation of the validation rates.
    pub val_std: f64,
    /// Mean false accept rate on the folds.
    pub far_mean: f64,
    /// In some fold the training impostors are too few for one false accept.
    pub k_zero: bool,
}

impl Folds {
    /// VAL@FAR (facenet: src/facenet.py, `calculate_val`). For each fold FAR on the other folds is a step function of the threshold on
    /// 0, 0.001, ..., 3.999, on squared L2 distances `d = 2 - 2 cos`, accepting `d < threshold`. Where it reaches the target, the threshold is
    /// read off by linear interpolation of threshold against FAR; where it never does, it is 0 and nothing is accepted.
    ///
    /// **This is ill defined**: FAR has plateaus, so threshold is no function of it. At a target that is exactly a plateau's FAR, anything
    /// from the plateau's first threshold to its last answers the question; we take the last, as `numpy.interp` does, and give the first as
    /// [`FoldVal::lowest_threshold`]. (facenet's call, scipy's `interp1d` of kind `slinear`, is refused by today's scipy: "Expect x to not
    /// have duplicates".) And it is coarse: LFW's 2,700 training impostors make a FAR of 1e-3 2.7 errors. Prefer
    /// [`crate::ScoreSet::tar_at_far`]; this is here for comparison with published figures.
    ///
    /// # Errors
    /// `target` outside \[0, 1\]; scores that are no cosines; a fold without genuine or impostor pairs.
    pub fn val_at_far(&self, target: f64) -> Result<ValAtFar, MetricsError> {
        check_rate(target)?;
        check_cosines("val-at-far", self.folds().iter().flatten())?;
        check_kinds_of_all(self)?;
        let folds: Vec<FoldVal> = self.train_test().map(|(training, test)| measure(&training, test, target)).collect();
        let (val_mean, val_std) = mean_std(&folds.iter().map(|f| f.val).collect::<Vec<_>>());
        let (far_mean, _) = mean_std(&folds.iter().map(|f| f.far).collect::<Vec<_>>());
        let k_zero = folds.iter().any(|f| f.k_zero);
        Ok(ValAtFar { target, folds, val_mean, val_std, far_mean, k_zero })
    }
}

/// Fails unless every fold has genuine and impostor pairs.
pub(crate) fn check_kinds_of_all(folds: &Folds) -> Result<(), MetricsError> {
    folds.folds().iter().enumerate().try_for_each(|(fold, pairs)| check_both_kinds(fold, pairs))
}

fn check_both_kinds(fold: usize, pairs: &[Pair]) -> Result<(), MetricsError> {
    let what = match (pairs.iter().any(|p| p.genuine), pairs.iter().any(|p| !p.genuine)) {
        (true, true) => return Ok(()),
        (false, _) => "genuine pair",
        (_, false) => "impostor pair",
    };
    Err(MetricsError::BadFold { fold, what, purpose: "take a rate over" })
}

fn measure(training: &[Pair], test: &[Pair], target: f64) -> FoldVal {
    let (_, impostors) = sorted_distances(training);
    let far: Vec<f64> = grid().map(|t| below(&impostors, t) as f64 / impostors.len() as f64).collect();
    let thresholds = interpolate(&far, target);
    let (lowest_threshold, threshold) = thresholds.unwrap_or((0.0, 0.0));
    let (genuine, impostor) = sorted_distances(test);
    FoldVal {
        val: below(&genuine, threshold) as f64 / genuine.len() as f64,
        far: below(&impostor, threshold) as f64 / impostor.len() as f64,
        threshold,
        lowest_threshold,
        reached: thresholds.is_some(),
        training_impostors: impostors.len(),
        k_zero: allowed_errors(target, impostors.len()) == 0,
    }
}

fn grid() -> impl Iterator<Item = f64> {
    (0..STEPS).map(threshold)
}

fn threshold(step: u32) -> f64 {
    f64::from(step) * 0.001
}

/// The lowest and the highest threshold at which the polyline through (FAR, threshold) passes `target`; `None` above its end. FAR is 0 at
/// the first threshold and never falls.
fn interpolate(far: &[f64], target: f64) -> Option<(f64, f64)> {
    let first_at_least = far.partition_point(|&f| f < target);
    let after = far.partition_point(|&f| f <= target);
    if first_at_least == far.len() {
        return None;
    }
    if first_at_least < after {
        return Some((threshold(first_at_least as u32), threshold(after as u32 - 1)));
    }
    let (low, high) = (after - 1, after);
    let slope = (threshold(high as u32) - threshold(low as u32)) / (far[high] - far[low]);
    let between = threshold(low as u32) + slope * (target - far[low]);
    Some((between, between))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plateaus_give_a_range() {
        let far = [0.0, 0.0, 0.25, 0.25, 0.25, 0.75];
        assert_eq!(interpolate(&far, 0.0), Some((0.0, 0.001)));
        assert_eq!(interpolate(&far, 0.25), Some((0.002, 0.004)));
        let (low, high) = interpolate(&far, 0.5).unwrap();
        assert!(low == high && (low - 0.0045).abs() < 1e-15);
        assert_eq!(interpolate(&far, 0.75), Some((0.005, 0.005)));
        assert_eq!(interpolate(&far, 0.8), None);
    }
}
