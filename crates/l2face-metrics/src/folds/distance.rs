//! Cosines as squared distances of unit vectors, the scale of facenet's and InsightFace's LFW evaluation.

use super::Pair;
use crate::MetricsError;

/// How far outside \[-1, 1\] rounding may push a cosine.
const SLACK: f64 = 1e-6;

/// `|a - b|^2 = 2 - 2 cos` of unit vectors, at least 0; `+inf` for a failure, so that no threshold accepts it.
pub(crate) fn squared_distance(cosine: f64) -> f64 {
    (2.0 - 2.0 * cosine).max(0.0)
}

/// `arccos(cos) / pi`, facenet's other distance, from 0 to 1; `+inf` for a failure, so that no threshold accepts it.
pub(crate) fn arccos_distance(cosine: f64) -> f64 {
    if cosine == f64::NEG_INFINITY {
        return f64::INFINITY;
    }
    cosine.clamp(-1.0, 1.0).acos() / std::f64::consts::PI
}

/// The cosine at a distance of [`arccos_distance`]; -1 beyond 1.
pub(crate) fn cosine_of_arccos(distance: f64) -> f64 {
    (distance.min(1.0) * std::f64::consts::PI).cos()
}

/// The cosine at a squared distance.
pub(crate) fn cosine(squared_distance: f64) -> f64 {
    1.0 - squared_distance / 2.0
}

/// Fails on the first score that cannot be a cosine; `-inf` can stand for one.
pub(crate) fn check_cosines<'a>(mode: &'static str, pairs: impl Iterator<Item = &'a Pair>) -> Result<(), MetricsError> {
    let bad = pairs.map(|p| p.score).enumerate().find(|(_, s)| s.is_finite() && s.abs() > 1.0 + SLACK);
    bad.map_or(Ok(()), |(index, value)| Err(MetricsError::NotACosine { mode, index, value }))
}

/// Squared distances of the genuine and of the impostor pairs, each from the smallest to the largest.
pub(crate) fn sorted_distances(pairs: &[Pair]) -> (Vec<f64>, Vec<f64>) {
    sorted_by(pairs, squared_distance)
}

/// The same by another distance.
pub(crate) fn sorted_by(pairs: &[Pair], distance: fn(f64) -> f64) -> (Vec<f64>, Vec<f64>) {
    let of = |genuine| {
        let mut d: Vec<f64> = pairs.iter().filter(|p| p.genuine == genuine).map(|p| distance(p.score)).collect();
        d.sort_unstable_by(f64::total_cmp);
        d
    };
    (of(true), of(false))
}

/// How many of the ascending distances are strictly below the threshold.
pub(crate) fn below(ascending: &[f64], threshold: f64) -> usize {
    ascending.partition_point(|&d| d < threshold)
}
