//! What all heads can do.

use candle_core::backprop::GradStore;
use candle_core::{bail, DType, Result, Tensor, D};
use l2face_ops::cross_entropy;

/// A classifier at the end of a network while it trains; at test time features are compared by cosine without it.
pub trait Head: Send + Sync {
    /// Features (N, D) to logits (N, C).
    fn logits(&self, features: &Tensor) -> Result<Tensor>;

    /// The number of classes C.
    fn classes(&self) -> usize;

    /// The present alpha; `None` for a head without one.
    fn alpha(&self) -> Option<Result<f64>>;

    /// Mean cross-entropy, a scalar in nats, of features (N, D) against `labels` (N) of `u32`.
    ///
    /// # Errors
    /// Shapes or types that do not fit, or a label that is not below C.
    fn loss(&self, features: &Tensor, labels: &Tensor) -> Result<Tensor> {
        check_labels(labels, self.classes())?;
        cross_entropy(&self.logits(features)?, labels)
    }

    /// [`loss`](Self::loss), detached, and the gradients of every variable below it: what a training step needs. A head whose
    /// gradients take less memory or time together overrides this.
    ///
    /// # Errors
    /// As [`loss`](Self::loss).
    fn backward(&self, features: &Tensor, labels: &Tensor) -> Result<(Tensor, GradStore)> {
        let loss = self.loss(features, labels)?;
        let grads = loss.backward()?;
        Ok((loss.detach(), grads))
    }
}

/// How many rows of `logits` (N, C) are largest at their label, (N) of `u32`: the training accuracy times N.
pub fn correct(logits: &Tensor, labels: &Tensor) -> Result<usize> {
    let best = logits.detach().argmax(D::Minus1)?;
    let hits = best.eq(labels)?.to_dtype(DType::U32)?.sum_all()?;
    Ok(hits.to_scalar::<u32>()? as usize)
}

/// On a GPU a label out of range would otherwise read foreign memory or poison the device.
pub(crate) fn check_labels(labels: &Tensor, classes: usize) -> Result<()> {
    if labels.dtype() != DType::U32 || labels.rank() != 1 || labels.elem_count() == 0 {
        bail!("labels must be a non-empty (N) of u32, got {:?} of {:?}", labels.dims(), labels.dtype())
    }
    let largest = labels.max(0)?.to_scalar::<u32>()?;
    if largest as usize >= classes {
        bail!("label {largest} is not below the {classes} classes of the head")
    }
    Ok(())
}
