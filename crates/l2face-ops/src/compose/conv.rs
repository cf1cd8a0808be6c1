//! Convolution: candle's forward kernel, gradients as convolutions and matrix products.
//!
//! candle's own gradient of the input fails on some odd sizes at stride 2 and runs a naive kernel;
//! here it is an ordinary convolution of the spread-out upstream gradient with rotated weights.
use super::attach::{attach, Pair};
use crate::cpu::storage::wants_gradient;
use crate::geometry::Geometry;
use candle_core::{Result, Tensor};

/// See [`crate::conv2d`].
///
/// # Errors
/// As [`crate::conv2d`].
pub fn conv2d(x: &Tensor, w: &Tensor, stride: usize, padding: usize) -> Result<Tensor> {
    let g = Geometry::new(x.shape(), w.shape(), stride, padding)?;
    let y = convolve(&x.detach(), &w.detach(), padding, stride)?;
    attach(x, w, &y, move |x, w, dy| backward(&g, x, w, dy))
}

fn convolve(x: &Tensor, w: &Tensor, padding: usize, stride: usize) -> Result<Tensor> {
    x.contiguous()?.conv2d(&w.contiguous()?, padding, stride, 1, 1)
}

fn backward(g: &Geometry, x: &Tensor, w: &Tensor, dy: &Tensor) -> Result<Pair> {
    let (x_grad, w_grad) = (wants_gradient(x), wants_gradient(w));
    let (x, w, dy) = (x.detach(), w.detach(), dy.detach());
    let dx = x_grad.then(|| input(g, &w, &dy)).transpose()?;
    let dw = w_grad.then(|| weights(g, &x, &dy)).transpose()?;
    Ok((dx, dw))
}

/// dx = convolution of dy, with stride - 1 zeros between its pixels, with the rotated weights.
fn input(g: &Geometry, w: &Tensor, dy: &Tensor) -> Result<Tensor> {
    let dy = spread(&spread(dy, 2, g.stride)?, 3, g.stride)?;
    let dy = fit(&dy, 2, g.kernel_h, g.padding, g.height)?;
    let dy = fit(&dy, 3, g.kernel_w, g.padding, g.width)?;
    // `flip` takes contiguous tensors only.
    let rotated = w.contiguous()?.flip(&[2, 3])?.transpose(0, 1)?;
    convolve(&dy, &rotated, 0, 1)
}

/// Puts `stride` - 1 zeros after each index of `dim`.
fn spread(t: &Tensor, dim: usize, stride: usize) -> Result<Tensor> {
    if stride == 1 {
        return Ok(t.clone());
    }
    let mut dims = t.dims().to_vec();
    dims[dim] *= stride;
    t.unsqueeze(dim + 1)?.pad_with_zeros(dim + 1, 0, stride - 1)?.reshape(dims)
}

/// Moves and pads `dim` so that a convolution with `kernel` taps and no padding yields `size`.
fn fit(t: &Tensor, dim: usize, kernel: usize, padding: usize, size: usize) -> Result<Tensor> {
    let (before, cut) = if padding < kernel { (kernel - 1 - padding, 0) } else { (0, padding + 1 - kernel) };
    let t = t.narrow(dim, cut, t.dim(dim)? - cut)?;
    let t = t.pad_with_zeros(dim, before, 0)?;
    let (have, need) = (t.dim(dim)?, size + kernel - 1);
    if have >= need {
        t.narrow(dim, 0, need)
    } else {
        t.pad_with_zeros(dim, 0, need - have)
    }
}

/// dw = for each tap, the product over samples and pixels of dy and the pixels the tap saw.
fn weights(g: &Geometry, x: &Tensor, dy: &Tensor) -> Result<Tensor> {
    let positions = g.batch * g.out_plane();
    let rows = |t: &Tensor, channels| t.transpose(0, 1)?.reshape((channels, positions));
    let dy = rows(dy, g.out_channels)?;
    let x = pad_for_taps(g, x)?;
    let mut taps = Vec::with_capacity(g.kernel_area());
    for ky in 0..g.kernel_h {
        for kx in 0..g.kernel_w {
            let seen = every(&every(&x, 2, ky, g.out_h, g.stride)?, 3, kx, g.out_w, g.stride)?;
            taps.push(dy.matmul(&rows(&seen, g.in_channels)?.t()?)?);
        }
    }
    Tensor::stack(&taps, 2)?.reshape((g.out_channels, g.in_channels, g.kernel_h, g.kernel_w))
}

/// `x` with its padding, and enough zeros after it that [`every`] finds whole strides.
pub(super) fn pad_for_taps(g: &Geometry, x: &Tensor) -> Result<Tensor> {
    let after = g.padding + g.stride - 1;
    x.pad_with_zeros(2, g.padding, after)?.pad_with_zeros(3, g.padding, after)
}

/// The indices from, from + stride, ... of `dim`, `len` of them.
pub(super) fn every(t: &Tensor, dim: usize, from: usize, len: usize, stride: usize) -> Result<Tensor> {
    let t = t.narrow(dim, from, len * stride)?;
    if stride == 1 {
        return Ok(t);
    }
    let mut dims = t.dims().to_vec();
    dims[dim] = len;
    dims.insert(dim + 1, stride);
    t.reshape(dims)?.narrow(dim + 1, 0, 1)?.squeeze(dim + 1)
}
