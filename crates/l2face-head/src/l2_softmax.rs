//! The L2-constrained softmax loss.

use candle_core::backprop::GradStore;
use candle_core::{DType, Result, Tensor};
use candle_nn::{Init, VarBuilder};
use l2face_ops::{l2_normalize, LogitBudget};

use crate::{check, Alpha, Head, Softmax};

/// Lengths below this are divided by it instead, so that a feature of zeros stays zero and its gradient finite.
const EPS: f64 = 1e-6;

/// Equations 2 and 3: y = x / |x|, z = alpha y, then [`Softmax`] on z.
///
/// The weights and the bias of the classifier stay free: normalising them too would be NormFace. With g the gradient
/// at z, that at x is alpha / |x| (g - y (y.g)), orthogonal to x, and that at alpha is the sum of g.y over the batch.
///
/// Variables `weight` (C, D), `bias` (C) and, if alpha is trained, `alpha` (1).
#[derive(Clone, Debug)]
pub struct L2Softmax {
    softmax: Softmax,
    scale: Scale,
}

#[derive(Clone, Debug)]
enum Scale {
    Fixed(f64),
    Trained(Tensor),
}

impl L2Softmax {
    /// A head for features (N, `dim`) of `classes` identities.
    ///
    /// # Errors
    /// Settings that [`check`] refuses; show its warnings to the user.
    pub fn new(dim: usize, classes: usize, alpha: Alpha, vb: VarBuilder<'_>) -> Result<Self> {
        check(dim, classes, Some(alpha))?;
        let start = alpha.start(classes)?;
        let scale = match alpha {
            Alpha::Fixed(value) => Scale::Fixed(value),
            Alpha::Trained(_) => Scale::Trained(vb.get_with_hints(1, "alpha", Init::Const(start))?),
        };
        Ok(Self { softmax: Softmax::new(dim, classes, vb)?, scale })
    }

    /// The same head with another memory for its logits.
    #[must_use]
    pub fn with_budget(self, budget: LogitBudget) -> Self {
        Self { softmax: self.softmax.with_budget(budget), ..self }
    }

    /// Features (N, D) brought to length alpha: z of equation 3.
    pub fn constrain(&self, features: &Tensor) -> Result<Tensor> {
        let unit = l2_normalize(features, EPS)?;
        match &self.scale {
            Scale::Fixed(alpha) => unit * *alpha,
            Scale::Trained(alpha) => unit.broadcast_mul(alpha),
        }
    }

    /// The present alpha.
    pub fn alpha(&self) -> Result<f64> {
        match &self.scale {
            Scale::Fixed(alpha) => Ok(*alpha),
            Scale::Trained(alpha) => alpha.detach().to_dtype(DType::F64)?.squeeze(0)?.to_scalar(),
        }
    }
}

impl Head for L2Softmax {
    fn logits(&self, features: &Tensor) -> Result<Tensor> {
        self.softmax.logits(&self.constrain(features)?)
    }

    fn classes(&self) -> usize {
        self.softmax.classes()
    }

    fn alpha(&self) -> Option<Result<f64>> {
        Some(self.alpha())
    }

    fn loss(&self, features: &Tensor, labels: &Tensor) -> Result<Tensor> {
        self.softmax.loss(&self.constrain(features)?, labels)
    }

    fn backward(&self, features: &Tensor, labels: &Tensor) -> Result<(Tensor, GradStore)> {
        self.softmax.backward(&self.constrain(features)?, labels)
    }
}
