//! Faces to templates.

use serde::{Deserialize, Serialize};

use crate::{Embeddings, TemplateSpec};

/// What is averaged: the network's vectors as they are, or each at unit length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frames {
    /// As they are, so that a face of large norm weighs more.
    Raw,
    /// Each at unit length; a zero vector stays zero.
    #[default]
    Unit,
}

/// In which steps is averaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pool {
    /// The frames of each medium first, then the media, so that a long video weighs as much as one still.
    #[default]
    Media,
    /// All faces at once.
    Flat,
}

/// How a template becomes one vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pooling {
    /// What is averaged.
    pub frames: Frames,
    /// In which steps.
    pub pool: Pool,
}

/// A template's vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// Of unit length; computed in f64 in the order of the protocol's rows.
    pub vector: Vec<f64>,
    /// Mean Euclidean norm of its faces' vectors as the network gave them.
    pub feature_norm: f64,
}

/// Averages the usable faces of a template and scales the mean to unit length. `None`, a failure to enrol, if no face is usable or
/// the mean is zero.
///
/// # Panics
/// If the template names a face out of the range of `embeddings`.
pub fn pool(template: &TemplateSpec, embeddings: &Embeddings, pooling: &Pooling) -> Option<Pooled> {
    let usable = |medium: &[u32]| -> Vec<Vec<f64>> {
        medium.iter().filter_map(|&f| embeddings.get(f as usize)).map(widen).collect()
    };
    let media: Vec<Vec<Vec<f64>>> = template.media.iter().map(|m| usable(m)).filter(|m| !m.is_empty()).collect();
    let norms: Vec<f64> = media.iter().flatten().map(|v| norm(v)).collect();
    let media = media.into_iter().map(|m| m.into_iter().map(|v| prepare(v, pooling.frames)).collect::<Vec<_>>());
    let mean = match pooling.pool {
        Pool::Media => mean(&media.filter_map(|m| mean(&m)).collect::<Vec<_>>()),
        Pool::Flat => mean(&media.flatten().collect::<Vec<_>>()),
    }?;
    let feature_norm = norms.iter().sum::<f64>() / norms.len() as f64;
    Some(Pooled { vector: unit(mean)?, feature_norm })
}

fn widen(vector: &[f32]) -> Vec<f64> {
    vector.iter().map(|&v| f64::from(v)).collect()
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

fn unit(vector: Vec<f64>) -> Option<Vec<f64>> {
    let length = norm(&vector);
    (length > 0.0).then(|| vector.into_iter().map(|v| v / length).collect())
}

fn mean(vectors: &[Vec<f64>]) -> Option<Vec<f64>> {
    let mut sum = vectors.first()?.clone();
    for v in &vectors[1..] {
        sum.iter_mut().zip(v).for_each(|(s, x)| *s += x);
    }
    let n = vectors.len() as f64;
    sum.iter_mut().for_each(|s| *s /= n);
    Some(sum)
}
