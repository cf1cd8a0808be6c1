//! The plain softmax loss, the paper's baseline.

use candle_core::backprop::GradStore;
use candle_core::{Module, Result, Tensor};
use candle_nn::{Linear, VarBuilder};
use l2face_ops::{linear_cross_entropy, linear_cross_entropy_backward, LogitBudget};

use crate::head::check_labels;
use crate::{check, Head};

/// Equation 1: cross-entropy of W x + b. Variables `weight` (C, D), xavier, and `bias` (C), 0.
#[derive(Clone, Debug)]
pub struct Softmax {
    classifier: Linear,
    classes: usize,
    budget: LogitBudget,
}

impl Softmax {
    /// A head for features (N, `dim`) of `classes` identities.
    ///
    /// # Errors
    /// Settings that [`check`] refuses.
    pub fn new(dim: usize, classes: usize, vb: VarBuilder<'_>) -> Result<Self> {
        check(dim, classes, None)?;
        Ok(Self {
            classifier: l2face_ops::nn::linear(dim, classes, true, vb)?,
            classes,
            budget: LogitBudget::default(),
        })
    }

    /// The same head with another memory for its logits.
    #[must_use]
    pub fn with_budget(self, budget: LogitBudget) -> Self {
        Self { budget, ..self }
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

    fn loss(&self, features: &Tensor, labels: &Tensor) -> Result<Tensor> {
        check_labels(labels, self.classes)?;
        let (w, b) = (self.classifier.weight(), self.classifier.bias());
        linear_cross_entropy(features, w, b, labels, self.budget)
    }

    fn backward(&self, features: &Tensor, labels: &Tensor) -> Result<(Tensor, GradStore)> {
        check_labels(labels, self.classes)?;
        let (w, b) = (self.classifier.weight(), self.classifier.bias());
        linear_cross_entropy_backward(features, w, b, labels, self.budget)
    }
}
