//! Two-dimensional convolution.
use crate::compose;
use crate::cpu::storage::{is_fast, output, slice, tensor_like, wants_gradient, with_values};
use crate::cpu::{conv, conv_grad, conv_weights};
use crate::geometry::Geometry;
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};

/// Cross-correlation of `x` (N, C, H, W) with `w` (O, C, kh, kw), without bias, zero padding on all
/// four sides: (N, O, (H + 2 padding - kh) / stride + 1, (W + 2 padding - kw) / stride + 1).
///
/// The gradient of `x` is not computed when nothing tracks it (the image of the first layer).
///
/// # Errors
/// When the channels disagree, the kernel does not fit the padded input, or the stride is 0.
pub fn conv2d(x: &Tensor, w: &Tensor, stride: usize, padding: usize) -> Result<Tensor> {
    Geometry::new(x.shape(), w.shape(), stride, padding)?;
    if is_fast(&[x, w]) {
        return x.contiguous()?.apply_op2(&w.contiguous()?, FastConv { stride, padding });
    }
    compose::conv2d(x, w, stride, padding)
}

struct FastConv {
    stride: usize,
    padding: usize,
}

impl FastConv {
    fn geometry(&self, x: &Shape, w: &Shape) -> Result<Geometry> {
        Geometry::new(x, w, self.stride, self.padding)
    }
}

impl CustomOp2 for FastConv {
    fn name(&self) -> &'static str {
        "l2face-conv2d"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        w: &CpuStorage,
        w_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let g = self.geometry(x_layout.shape(), w_layout.shape())?;
        let y = conv::forward(&g, slice(x, x_layout)?, slice(w, w_layout)?);
        Ok(output(y, (g.batch, g.out_channels, g.out_h, g.out_w)))
    }

    fn bwd(&self, x: &Tensor, w: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let g = self.geometry(x.shape(), w.shape())?;
        with_values(dy, |dy| {
            let dx = wants_gradient(x).then(|| with_values(w, |w| tensor_like(conv_grad::input(&g, dy, w), x)));
            let dw = wants_gradient(w).then(|| with_values(x, |x| tensor_like(conv_weights::weights(&g, x, dy), w)));
            Ok((dx.transpose()?, dw.transpose()?))
        })
    }
}
