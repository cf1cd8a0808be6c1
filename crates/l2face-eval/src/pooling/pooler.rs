//! Faces to templates.

use rayon::prelude::*;

use super::{quality_weights, Det, Features, Flip, Frames, Pool, Pooling};
use crate::{EvalError, TemplateSpec};

/// A template's vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// Of unit length; computed in f64 in the order of the protocol's rows.
    pub vector: Vec<f64>,
    /// Mean Euclidean norm of its faces' vectors as the network gave them, after flip.
    pub feature_norm: f64,
}

/// A pooling with the features it is for, checked once.
#[derive(Clone, Copy, Debug)]
pub struct Pooler<'a> {
    features: Features<'a>,
    pooling: Pooling,
}

/// One face: its prepared vector, the norm of its raw one, the detector's score (1 where none is used).
struct Part {
    vector: Vec<f64>,
    norm: f64,
    score: f64,
}

/// One template. For many, [`Pooler`] checks the features once.
///
/// # Errors
/// See [`Pooler::new`].
///
/// # Panics
/// If the template names a face out of the range of the features.
pub fn pool<'a>(
    template: &TemplateSpec,
    features: impl Into<Features<'a>>,
    pooling: &Pooling,
) -> Result<Option<Pooled>, EvalError> {
    Ok(Pooler::new(features, pooling)?.pool(template))
}

impl<'a> Pooler<'a> {
    /// Joins features and pooling.
    ///
    /// # Errors
    /// Mirrored vectors or scores that the pooling needs and that are absent, of another number or length, or out of range.
    pub fn new(features: impl Into<Features<'a>>, pooling: &Pooling) -> Result<Self, EvalError> {
        let features = features.into();
        features.check(pooling)?;
        Ok(Self { features, pooling: *pooling })
    }

    /// Averages the usable faces of a template and scales the mean to unit length. `None`, a failure to enrol, if no face is usable
    /// or the mean is zero.
    ///
    /// # Panics
    /// If the template names a face out of the range of the features.
    pub fn pool(&self, template: &TemplateSpec) -> Option<Pooled> {
        let parts = |medium: &Vec<u32>| medium.iter().filter_map(|&f| self.part(f as usize)).collect::<Vec<_>>();
        let media: Vec<Vec<Part>> = template.media.iter().map(parts).filter(|m| !m.is_empty()).collect();
        let norms: Vec<f64> = media.iter().flatten().map(|p| p.norm).collect();
        let mean = match self.pooling.pool {
            Pool::Media => mean(&media.iter().filter_map(|m| mean(&vectors(m))).collect::<Vec<_>>()),
            Pool::Flat => mean(&vectors(media.iter().flatten())),
            Pool::Quality { lambda } => weighted(media.iter().flatten(), lambda),
        }?;
        let feature_norm = norms.iter().sum::<f64>() / norms.len() as f64;
        Some(Pooled { vector: unit(mean)?, feature_norm })
    }

    /// All templates of a list, in order and in parallel.
    ///
    /// # Panics
    /// See [`Self::pool`].
    pub fn pool_all(&self, templates: &[TemplateSpec]) -> Vec<Option<Pooled>> {
        templates.par_iter().map(|t| self.pool(t)).collect()
    }

    fn part(&self, face: usize) -> Option<Part> {
        let raw = self.fused(face)?;
        let score = self.features.det_scores.map_or(1.0, |s| f64::from(s[face]));
        let norm = norm(&raw);
        let mut vector = prepare(raw, self.pooling.frames);
        if self.pooling.det == Det::On {
            vector.iter_mut().for_each(|v| *v *= score);
        }
        Some(Part { vector, norm, score })
    }

    /// The face's vector with that of its mirror image.
    fn fused(&self, face: usize) -> Option<Vec<f64>> {
        let plain = self.features.usable(self.features.plain, face)?;
        let mirrored = || self.features.usable(self.features.mirrored?, face);
        let widen = |v: &f32| f64::from(*v);
        Some(match self.pooling.flip {
            Flip::None => plain.iter().map(widen).collect(),
            Flip::Sum => plain.iter().zip(mirrored()?).map(|(a, b)| f64::from(a + b)).collect(),
            Flip::Concat => plain.iter().chain(mirrored()?).map(widen).collect(),
        })
    }
}

fn vectors<'p>(parts: impl IntoIterator<Item = &'p Part>) -> Vec<&'p [f64]> {
    parts.into_iter().map(|p| p.vector.as_slice()).collect()
}

fn weighted<'p>(parts: impl Iterator<Item = &'p Part>, lambda: f64) -> Option<Vec<f64>> {
    let parts: Vec<&Part> = parts.collect();
    let weights = quality_weights(&parts.iter().map(|p| p.score).collect::<Vec<_>>(), lambda);
    let mut sum = vec![0.0; parts.first()?.vector.len()];
    for (part, weight) in parts.iter().zip(weights) {
        sum.iter_mut().zip(&part.vector).for_each(|(s, x)| *s += weight * x);
    }
    Some(sum)
}

fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|v| v * v).sum::<f64>().sqrt()
}

fn prepare(vector: Vec<f64>, frames: Frames) -> Vec<f64> {
    match frames {
        Frames::Raw => vector,
        Frames::Unit => {
            let zero = vec![0.0; vector.len()];
            unit(vector).unwrap_or(zero)
        }
    }
}

/// `None` for a zero vector.
fn unit(vector: Vec<f64>) -> Option<Vec<f64>> {
    let length = norm(&vector);
    (length > 0.0).then(|| vector.into_iter().map(|v| v / length).collect())
}

fn mean(vectors: &[impl AsRef<[f64]>]) -> Option<Vec<f64>> {
    let mut sum = vectors.first()?.as_ref().to_vec();
    for v in &vectors[1..] {
        sum.iter_mut().zip(v.as_ref()).for_each(|(s, x)| *s += x);
    }
    let n = vectors.len() as f64;
    sum.iter_mut().for_each(|s| *s /= n);
    Some(sum)
}
