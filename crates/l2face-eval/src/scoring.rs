//! Templates to scores.

use crate::Pooled;

/// Cosine of two templates, `-inf` if either failed.
pub(crate) fn score(a: &Option<Pooled>, b: &Option<Pooled>) -> f64 {
    match (a, b) {
        (Some(a), Some(b)) => a.vector.iter().zip(&b.vector).map(|(x, y)| x * y).sum(),
        _ => f64::NEG_INFINITY,
    }
}
