//! Batch normalisation folded into the convolution before it, for a network that no longer trains.
use crate::RunningStats;
use candle_core::{bail, Result, Tensor};

/// Weights and bias of the convolution that alone gives what `conv2d` with `w` (O, C / groups, kh, kw) and [`batch_norm`](crate::batch_norm)
/// in evaluation give: w weight / sqrt(var + eps), and bias - mean weight / sqrt(var + eps). They are constants.
///
/// # Errors
/// When a parameter is not (O).
pub fn fold_batch_norm(
    w: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    running: &RunningStats,
    eps: f64,
) -> Result<(Tensor, Tensor)> {
    let outputs = w.dim(0)?;
    let (mean, var) = (running.mean.as_detached_tensor(), running.var.as_detached_tensor());
    for t in [weight, bias, &mean, &var] {
        if t.dims() != [outputs] {
            bail!("fold_batch_norm: the parameters must be ({outputs}), got {:?}", t.shape());
        }
    }
    let scale = (weight.detach() / (var + eps)?.sqrt()?)?;
    let shift = (bias.detach() - (mean * &scale)?)?;
    Ok((w.detach().broadcast_mul(&scale.reshape((outputs, 1, 1, 1))?)?, shift))
}
