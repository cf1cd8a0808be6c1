//! Convolution, bias and PReLU in one node of the graph: one gradient buffer instead of two, and the
//! activation runs on data that is still in the cache.
use crate::cpu::prelu::{backward, backward_from_output, is_invertible, Gradients, Params};
use crate::cpu::storage::{is_fast, output, slice, tensor_like, wants_gradient, with_values};
use crate::cpu::{conv, conv_grad, conv_weights};
use crate::geometry::Geometry;
use crate::{bias_prelu, conv2d};
use candle_core::{bail, CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};
use std::sync::OnceLock;

/// [`bias_prelu`] of [`conv2d`]: PReLU(x * w + bias), with `bias` and `slope` (O).
///
/// # Errors
/// As [`conv2d`], and when `bias` or `slope` is not (O).
pub fn conv2d_bias_prelu(
    x: &Tensor,
    w: &Tensor,
    bias: &Tensor,
    slope: &Tensor,
    stride: usize,
    padding: usize,
) -> Result<Tensor> {
    let g = Geometry::new(x.shape(), w.shape(), stride, padding)?;
    if bias.dims() != [g.out_channels] || slope.dims() != [g.out_channels] {
        bail!(
            "conv2d_bias_prelu: bias and slope must be ({}), got {:?} and {:?}",
            g.out_channels,
            bias.shape(),
            slope.shape()
        );
    }
    if !is_fast(&[x, w, bias, slope]) {
        return bias_prelu(&conv2d(x, w, stride, padding)?, bias, slope);
    }
    let trained = [x, w, bias, slope].into_iter().any(wants_gradient);
    let op = FusedConv { stride, padding, trained, convolved: OnceLock::new() };
    let params = Tensor::stack(&[bias, slope], 0)?;
    x.contiguous()?.apply_op3(&w.contiguous()?, &params, op)
}

/// Takes x, w, and bias and slope as the rows of a (2, O) tensor.
struct FusedConv {
    stride: usize,
    padding: usize,
    /// Whether there will be a backward pass.
    trained: bool,
    /// The convolution without bias and activation, kept for the backward pass where the output does not tell it: where a slope is
    /// not positive.
    convolved: OnceLock<Vec<f32>>,
}

/// Splits the (2, O) parameters.
fn params(values: &[f32]) -> Params<'_> {
    let (bias, slope) = values.split_at(values.len() / 2);
    Params { bias, slope }
}

impl FusedConv {
    fn geometry(&self, x: &Shape, w: &Shape) -> Result<Geometry> {
        Geometry::new(x, w, self.stride, self.padding)
    }

    /// The gradients of the convolution, the bias and the slope.
    fn through_prelu(&self, g: &Geometry, p: &Tensor, y: &Tensor, dy: &Tensor) -> Result<Gradients> {
        let plane = g.out_plane();
        with_values(dy, |dy| {
            with_values(p, |p| match self.convolved.get() {
                Some(z) => Ok(backward(z, dy, plane, params(p))),
                None => with_values(y, |y| Ok(backward_from_output(y, dy, plane, params(p).slope))),
            })
        })
    }
}

impl CustomOp3 for FusedConv {
    fn name(&self) -> &'static str {
        "l2face-conv2d-bias-prelu"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        w: &CpuStorage,
        w_layout: &Layout,
        p: &CpuStorage,
        p_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let g = self.geometry(x_layout.shape(), w_layout.shape())?;
        let (x, w) = (slice(x, x_layout)?, slice(w, w_layout)?);
        let p = params(slice(p, p_layout)?);
        let keep = self.trained && !is_invertible(p);
        let (y, z) = conv::forward_prelu(&g, x, w, keep, p);
        if keep {
            // Set once: candle runs the forward pass when the node is made.
            let _ = self.convolved.set(z);
        }
        Ok(output(y, (g.batch, g.out_channels, g.out_h, g.out_w)))
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        p: &Tensor,
        y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let g = self.geometry(x.shape(), w.shape())?;
        let grads = self.through_prelu(&g, p, y, dy)?;
        let dz = &grads.x;
        let dx = wants_gradient(x).then(|| with_values(w, |w| tensor_like(conv_grad::input(&g, dz, w), x)));
        let dw = wants_gradient(w).then(|| with_values(x, |x| tensor_like(conv_weights::weights(&g, x, dz), w)));
        let dp = tensor_like([grads.bias, grads.slope].concat(), p)?;
        Ok((dx.transpose()?, dw.transpose()?, Some(dp)))
    }
}
