//! Templates to scores.

use rayon::prelude::*;

use crate::{pool, Embeddings, Pooled, Pooling, TemplateSpec};

/// All templates of a list, in order; `None` is a failure to enrol.
pub(crate) fn pool_all(templates: &[TemplateSpec], embeddings: &Embeddings, pooling: &Pooling) -> Vec<Option<Pooled>> {
    templates.par_iter().map(|t| pool(t, embeddings, pooling)).collect()
}

/// Cosine of two templates, `-inf` if either failed.
pub(crate) fn score(a: &Option<Pooled>, b: &Option<Pooled>) -> f64 {
    match (a, b) {
        (Some(a), Some(b)) => a.vector.iter().zip(&b.vector).map(|(x, y)| x * y).sum(),
        _ => f64::NEG_INFINITY,
    }
}

pub(crate) fn failed(templates: &[Option<Pooled>]) -> usize {
    templates.iter().filter(|t| t.is_none()).count()
}
