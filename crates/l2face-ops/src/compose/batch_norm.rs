//! Batch normalisation in broadcast arithmetic.
use candle_core::{Result, Tensor};

/// `t` (C) as (1, C, 1, ...) of the same rank as `like`.
pub(super) fn per_channel(t: &Tensor, like: &Tensor) -> Result<Tensor> {
    let mut dims = vec![1; like.rank()];
    dims[1] = t.elem_count();
    t.reshape(dims)
}

/// x * scale + shift, with `scale` and `shift` (C) and `x` (N, C, ...).
///
/// # Errors
/// When the shapes disagree.
pub fn affine(x: &Tensor, scale: &Tensor, shift: &Tensor) -> Result<Tensor> {
    x.broadcast_mul(&per_channel(scale, x)?)?.broadcast_add(&per_channel(shift, x)?)
}

/// The batch normalised by its own mean and biased variance, which come second and third, (C) each.
/// See [`crate::batch_norm`].
///
/// # Errors
/// When the shapes disagree.
pub fn batch_norm_train(x: &Tensor, weight: &Tensor, bias: &Tensor, eps: f64) -> Result<(Tensor, Tensor, Tensor)> {
    let (n, c) = (x.dim(0)?, x.dim(1)?);
    let planes = x.contiguous()?.reshape((n, c, ()))?;
    let mean = planes.mean_keepdim((0, 2))?;
    let centred = planes.broadcast_sub(&mean)?;
    let var = centred.sqr()?.mean_keepdim((0, 2))?;
    let normal = centred.broadcast_div(&(&var + eps)?.sqrt()?)?;
    let y = affine(&normal, weight, bias)?.reshape(x.dims())?;
    Ok((y, mean.flatten_all()?.detach(), var.flatten_all()?.detach()))
}
