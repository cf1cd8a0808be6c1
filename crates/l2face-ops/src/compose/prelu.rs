//! PReLU as a choice between two branches.
use super::batch_norm::per_channel;
use candle_core::{Result, Tensor};

/// See [`crate::bias_prelu`].
///
/// # Errors
/// When `bias` or `slope` is not (C).
pub fn bias_prelu(x: &Tensor, bias: &Tensor, slope: &Tensor) -> Result<Tensor> {
    let v = x.broadcast_add(&per_channel(bias, x)?)?;
    let positive = v.gt(&v.zeros_like()?)?;
    positive.where_cond(&v, &v.broadcast_mul(&per_channel(slope, x)?)?)
}
