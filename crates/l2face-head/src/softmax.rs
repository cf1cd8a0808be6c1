//! The plain softmax loss, the paper's baseline.

use candle_core::{Module, Result, Tensor};
use candle_nn::{Linear, VarBuilder};

use crate::{check, Head};

/// Equation 1: cross-entropy of W x + b. Variables `weight` (C, D), xavier, and `bias` (C), 0.
#[derive(Clone, Debug)]
pub struct Softmax {
    classifier: Linear,
    classes: usize,
}

impl Softmax {
    /// A head for features (N, `dim`) of `classes` identities.
    ///
    /// # Errors
    /// Settings that [`check`] refuses.
    pub fn new(dim: usize, classes: usize, vb: VarBuilder<'_>) -> Result<Self> {
        check(dim, classes, None)?;
        Ok(Self { classifier: l2face_ops::nn::linear(dim, classes, true, vb)?, classes })
    }
}

impl Head for Softmax {
    fn logits(&self, features: &Tensor) -> Result<Tensor> {
        self.classifier.forward(features)
    }

    fn classes(&self) -> usize {
        self.classes
    }

    fn alpha(&self) -> Option<Result<f64>> {
        None
    }
}
