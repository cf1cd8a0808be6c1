//! Convolution, batch normalisation and PReLU in one node of the graph: the convolution's output is nobody's tensor, so that no gradient
//! of it is ever added up.
use crate::batch_norm::{follow, params};
use crate::conv2d_grouped::one_group;
use crate::cpu::batch_norm::{self as norm_kernel, Stats};
use crate::cpu::storage::{is_fast, output, slice, tensor_like, wants_gradient, with_values};
use crate::cpu::{conv, conv_grad, conv_weights, grouped};
use crate::geometry::Geometry;
use crate::{batch_norm, batch_norm_prelu, conv2d_grouped, BatchNormConfig, RunningStats};
use candle_core::{bail, CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};

/// How a convolution moves over its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvStep {
    /// Step between output pixels.
    pub stride: usize,
    /// Zeros around the input.
    pub padding: usize,
    /// Groups of channels that do not see each other.
    pub groups: usize,
}

/// A batch normalisation and the activation after it.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a> {
    /// Scale, (O).
    pub weight: &'a Tensor,
    /// Shift, (O).
    pub bias: &'a Tensor,
    /// PReLU's slope, (O): zeros are ReLU, none is no activation.
    pub slope: Option<&'a Tensor>,
    /// The averages that training updates and evaluation uses.
    pub running: &'a RunningStats,
    /// Its constants.
    pub config: BatchNormConfig,
}

/// [`batch_norm_prelu`] (or [`batch_norm`]) of [`conv2d_grouped`]. Where one node of the graph does not pay, in evaluation and away from
/// `f32` on the CPU, it is those two.
///
/// # Errors
/// As the two.
pub fn conv2d_batch_norm(x: &Tensor, w: &Tensor, step: ConvStep, norm: Norm<'_>, train: bool) -> Result<Tensor> {
    let inputs = [x, w, norm.weight, norm.bias, norm.slope.unwrap_or(norm.weight)];
    if train && is_fast(&inputs) && inputs.into_iter().any(wants_gradient) {
        return fused(x, w, step, norm);
    }
    let y = conv2d_grouped(x, w, step.stride, step.padding, step.groups)?;
    let Norm { weight, bias, slope, running, config } = norm;
    match slope {
        Some(slope) => batch_norm_prelu(&y, weight, bias, slope, running, config, train),
        None => batch_norm(&y, weight, bias, running, config, train),
    }
}

fn fused(x: &Tensor, w: &Tensor, step: ConvStep, norm: Norm<'_>) -> Result<Tensor> {
    let g = one_group(x.shape(), w.shape(), step.stride, step.padding, step.groups)?;
    let (outputs, values) = (w.dim(0)?, g.batch * g.out_plane());
    let running = [&norm.running.mean, &norm.running.var].map(|v| v.as_tensor());
    let all = [norm.weight, norm.bias, norm.slope.unwrap_or(norm.weight), running[0], running[1]];
    if values == 1 || all.iter().any(|t| t.dims() != [outputs]) {
        bail!(
            "conv2d_batch_norm: parameters of ({outputs}) and more than one value per channel are required, got {:?} and {values}",
            all.map(|t| t.dims().to_vec())
        );
    }
    let (x, w) = (x.contiguous()?, w.contiguous()?);
    let convolved = with_values(&x, |x| with_values(&w, |w| Ok(convolve(&g, step.groups, x, w))))?;
    let stats = norm_kernel::stats(&convolved, outputs, g.out_plane());
    let mean = Tensor::new(stats.mean.as_slice(), x.device())?;
    let var = Tensor::new(stats.var.as_slice(), x.device())?;
    follow(norm.running, &mean, &var, values, norm.config.momentum)?;
    let ones = norm.weight.ones_like()?.detach();
    let params = Tensor::stack(&[norm.weight, norm.bias, norm.slope.unwrap_or(&ones)], 0)?;
    x.apply_op3(&w, &params, ConvNorm { g, groups: step.groups, convolved, stats, eps: norm.config.eps })
}

fn convolve(g: &Geometry, groups: usize, x: &[f32], w: &[f32]) -> Vec<f32> {
    match groups {
        1 => conv::forward(g, x, w),
        _ => grouped::forward(g, groups, x, w),
    }
}

/// Takes x, w, and weight, bias and slope as the rows of a (3, O) tensor.
struct ConvNorm {
    /// Sizes of one group.
    g: Geometry,
    groups: usize,
    convolved: Vec<f32>,
    stats: Stats,
    eps: f64,
}

impl ConvNorm {
    fn input_gradient(&self, dz: &[f32], w: &[f32]) -> Vec<f32> {
        match self.groups {
            1 => conv_grad::input(&self.g, dz, w),
            groups => grouped::input(&self.g, groups, dz, w),
        }
    }

    fn weight_gradient(&self, x: &[f32], dz: &[f32]) -> Vec<f32> {
        match self.groups {
            1 => conv_weights::weights(&self.g, x, dz),
            groups => grouped::weights(&self.g, groups, x, dz),
        }
    }
}

impl CustomOp3 for ConvNorm {
    fn name(&self) -> &'static str {
        "l2face-conv2d-batch-norm"
    }

    fn cpu_fwd(
        &self,
        _x: &CpuStorage,
        _x_layout: &Layout,
        _w: &CpuStorage,
        _w_layout: &Layout,
        p: &CpuStorage,
        p_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (g, p) = (&self.g, params(slice(p, p_layout)?));
        let y = norm_kernel::forward(&self.convolved, g.out_plane(), p, &self.stats, self.eps);
        Ok(output(y, (g.batch, self.groups * g.out_channels, g.out_h, g.out_w)))
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        p: &Tensor,
        _y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let grads = with_values(dy, |dy| {
            with_values(p, |p| {
                let (z, plane) = (&self.convolved, self.g.out_plane());
                Ok(norm_kernel::backward(z, dy, plane, params(p), &self.stats, self.eps))
            })
        })?;
        let dz = &grads.x;
        let dx = wants_gradient(x).then(|| with_values(w, |w| tensor_like(self.input_gradient(dz, w), x)));
        let dw = wants_gradient(w).then(|| with_values(x, |x| tensor_like(self.weight_gradient(x, dz), w)));
        let dp = tensor_like([grads.weight, grads.bias, grads.slope].concat(), p)?;
        Ok((dx.transpose()?, dw.transpose()?, Some(dp)))
    }
}
