//! What is known of every face when templates are made.

use super::{Det, Flip, Pool, Pooling};
use crate::{Embeddings, EvalError, FailurePolicy};

/// Vectors of all faces of a protocol, and what poolings beyond the default need beside them. `&Embeddings` alone will do where
/// `flip=none`, `det=off` and no quality is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Features<'a> {
    pub(crate) plain: &'a Embeddings,
    pub(crate) mirrored: Option<&'a Embeddings>,
    pub(crate) det_scores: Option<&'a [f32]>,
    pub(crate) failures: FailurePolicy,
}

impl<'a> From<&'a Embeddings> for Features<'a> {
    fn from(plain: &'a Embeddings) -> Self {
        Self { plain, mirrored: None, det_scores: None, failures: FailurePolicy::default() }
    }
}

impl<'a> Features<'a> {
    /// The plain vectors alone; failures by NIST's rule.
    pub fn new(plain: &'a Embeddings) -> Self {
        plain.into()
    }

    /// Adds the vectors of the mirrored images, for the same faces.
    pub fn mirrored(self, mirrored: &'a Embeddings) -> Self {
        Self { mirrored: Some(mirrored), ..self }
    }

    /// Adds the detector's score of every face, from 0 to 1; what stands at a face without a vector does not matter.
    pub fn det_scores(self, scores: &'a [f32]) -> Self {
        Self { det_scores: Some(scores), ..self }
    }

    /// Chooses what becomes of faces and templates that could not be enrolled.
    pub fn failures(self, policy: FailurePolicy) -> Self {
        Self { failures: policy, ..self }
    }

    /// The vector of a face that may be used.
    pub(crate) fn usable<'e>(&self, embeddings: &'e Embeddings, face: usize) -> Option<&'e [f32]> {
        match self.failures {
            FailurePolicy::CentreCrop => embeddings.get_or_fallback(face),
            _ => embeddings.get(face),
        }
    }

    /// Whether all that `pooling` asks for is here and fits.
    pub(crate) fn check(&self, pooling: &Pooling) -> Result<(), EvalError> {
        let needs = |what: String| EvalError::PoolingNeeds { pooling: pooling.to_string(), what };
        if pooling.flip != Flip::None {
            let mirrored =
                self.mirrored.ok_or_else(|| needs("the mirrored images' vectors: Features::mirrored".into()))?;
            self.check_mirrored(mirrored)?;
            self.check_sums(mirrored, pooling.flip)?;
        }
        if pooling.det == Det::On || matches!(pooling.pool, Pool::Quality { .. }) {
            let scores = self.det_scores.ok_or_else(|| needs("the detector's scores: Features::det_scores".into()))?;
            self.check_scores(scores, needs)?;
        }
        Ok(())
    }

    fn check_mirrored(&self, mirrored: &Embeddings) -> Result<(), EvalError> {
        if mirrored.len() != self.plain.len() {
            return Err(EvalError::WrongCount { got: mirrored.len(), expected: self.plain.len() });
        }
        if mirrored.dim() != self.plain.dim() {
            return Err(EvalError::WrongDim { face: 0, got: mirrored.dim(), expected: self.plain.dim() });
        }
        let differs = |&f: &usize| self.usable(self.plain, f).is_some() != self.usable(mirrored, f).is_some();
        match (0..mirrored.len()).find(differs) {
            Some(face) => Err(EvalError::OneSided { face }),
            None => Ok(()),
        }
    }

    /// A sum of two finite numbers may be infinite.
    fn check_sums(&self, mirrored: &Embeddings, flip: Flip) -> Result<(), EvalError> {
        let infinite = |&f: &usize| {
            let both = self.usable(self.plain, f).zip(self.usable(mirrored, f));
            both.is_some_and(|(a, b)| a.iter().zip(b).any(|(x, y)| !(x + y).is_finite()))
        };
        match (0..mirrored.len()).filter(|_| flip == Flip::Sum).find(infinite) {
            Some(face) => Err(EvalError::NotFinite { face }),
            None => Ok(()),
        }
    }

    fn check_scores(&self, scores: &[f32], needs: impl Fn(String) -> EvalError) -> Result<(), EvalError> {
        if scores.len() != self.plain.len() {
            return Err(EvalError::WrongCount { got: scores.len(), expected: self.plain.len() });
        }
        let bad = |&f: &usize| self.usable(self.plain, f).is_some() && !(0.0..=1.0).contains(&scores[f]);
        match (0..scores.len()).find(bad) {
            Some(face) => Err(needs(format!("scores from 0 to 1, that of face {face} is {}", scores[face]))),
            None => Ok(()),
        }
    }
}
