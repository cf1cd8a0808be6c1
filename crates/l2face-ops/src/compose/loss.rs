//! Cross-entropy from gather and log-sum-exp.
use candle_core::{Result, Tensor};

/// See [`crate::cross_entropy`].
///
/// # Errors
/// When the shapes disagree, or (on the CPU) a label is not below the number of classes.
pub fn cross_entropy(logits: &Tensor, labels: &Tensor) -> Result<Tensor> {
    // The shift cancels in the loss, so it needs no gradient.
    let shifted = logits.broadcast_sub(&logits.detach().max_keepdim(1)?)?;
    let log_sum = shifted.exp()?.sum_keepdim(1)?.log()?;
    let own = shifted.gather(&labels.unsqueeze(1)?.contiguous()?, 1)?;
    (log_sum - own)?.mean_all()
}
