//! The threshold of largest accuracy on training pairs, by each mode's rule.

use super::distance::{arccos_distance, below, sorted_by, sorted_distances};
use super::{AccuracyMode, Pair};
use crate::threshold::next_above;

/// SphereFace's thresholds to either side of 0.
const SPHEREFACE_STEPS: i64 = 10_000;

/// The mode's threshold, in its own scale.
pub(crate) fn choose(training: &[Pair], mode: AccuracyMode) -> f64 {
    match mode {
        AccuracyMode::InsightfaceGrid => on_grid(sorted_distances(training)),
        AccuracyMode::FacenetArccos => on_grid(sorted_by(training, arccos_distance)),
        AccuracyMode::Sphereface => sphereface(training),
        AccuracyMode::Exact => exact(training),
    }
}

/// facenet's grid, which it uses for both of its distances.
fn on_grid((genuine, impostor): (Vec<f64>, Vec<f64>)) -> f64 {
    let right = |t: f64| below(&genuine, t) + impostor.len() - below(&impostor, t);
    first_best((0..400).map(|i| f64::from(i) * 0.01), right)
}

/// The mean is taken over step numbers: whole, so that the rounding of a sum cannot move it off a score it is equal to.
fn sphereface(training: &[Pair]) -> f64 {
    let (genuine, impostor) = sorted_scores(training);
    let right = |t: f64| genuine.len() - genuine.partition_point(|&s| s <= t) + impostor.partition_point(|&s| s < t);
    let (mut most, mut sum, mut count) = (0, 0, 0);
    for step in -SPHEREFACE_STEPS..=SPHEREFACE_STEPS {
        let n = right(step as f64 / SPHEREFACE_STEPS as f64);
        if n > most || count == 0 {
            (most, sum, count) = (n, 0, 0);
        }
        if n == most {
            (sum, count) = (sum + step, count + 1);
        }
    }
    sum as f64 / (count * SPHEREFACE_STEPS) as f64
}

fn exact(training: &[Pair]) -> f64 {
    let (genuine, impostor) = sorted_scores(training);
    let mut distinct: Vec<f64> = training.iter().map(|p| p.score).filter(|s| s.is_finite()).collect();
    distinct.sort_unstable_by(|a, b| b.total_cmp(a));
    distinct.dedup();
    let nothing = distinct.first().map(|&highest| next_above(highest));
    let between = distinct.windows(2).map(|w| midpoint(w[1], w[0]));
    let right = |t: f64| genuine.len() - genuine.partition_point(|&s| s < t) + impostor.partition_point(|&s| s < t);
    first_best(nothing.into_iter().chain(between).chain([f64::MIN]), right)
}

/// Above `low` and at most `high`, halfway if floats allow.
fn midpoint(low: f64, high: f64) -> f64 {
    let mid = low / 2.0 + high / 2.0;
    if low < mid && mid <= high {
        mid
    } else {
        high
    }
}

/// The first threshold of the largest count.
fn first_best(thresholds: impl Iterator<Item = f64>, right: impl Fn(f64) -> usize) -> f64 {
    let better = |best: Option<(usize, f64)>, t: f64| match (best, right(t)) {
        (Some((most, _)), n) if n <= most => best,
        (_, n) => Some((n, t)),
    };
    thresholds.fold(None, better).map_or(f64::MIN, |(_, t)| t)
}

fn sorted_scores(pairs: &[Pair]) -> (Vec<f64>, Vec<f64>) {
    let of = |genuine| {
        let mut s: Vec<f64> = pairs.iter().filter(|p| p.genuine == genuine).map(|p| p.score).collect();
        s.sort_unstable_by(f64::total_cmp);
        s
    };
    (of(true), of(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midpoints_divide_neighbours() {
        assert_eq!(midpoint(0.25, 0.75), 0.5);
        let (low, high) = (1.0, next_above(1.0));
        assert_eq!(midpoint(low, high), high);
        assert_eq!(midpoint(-f64::MAX, f64::MAX), 0.0);
        assert_eq!(midpoint(0.0, f64::from_bits(1)), f64::from_bits(1));
    }

    #[test]
    fn of_equal_counts_the_first_stands() {
        assert_eq!(first_best([3.0, 2.0, 1.0].into_iter(), |t| usize::from(t < 3.0)), 2.0);
    }
}
