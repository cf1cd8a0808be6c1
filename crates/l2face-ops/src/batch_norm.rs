//! Batch normalisation with PyTorch's conventions.
use crate::cpu::batch_norm::{self as kernel, Params, Stats};
use crate::cpu::storage::{is_fast, output, slice, tensor_like, wants_gradient, with_values};
use crate::{compose, prelu};
use candle_core::{bail, CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, Var};

/// The moving averages that evaluation uses, one number per channel, updated in place by training.
#[derive(Clone, Debug)]
pub struct RunningStats {
    /// Mean, (C).
    pub mean: Var,
    /// Unbiased variance, (C).
    pub var: Var,
}

/// The two constants of batch normalisation; the defaults are PyTorch's (0.1 and 1e-5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNormConfig {
    /// Weight of the new batch in the moving averages.
    pub momentum: f64,
    /// Added to the variance.
    pub eps: f64,
}

impl Default for BatchNormConfig {
    fn default() -> Self {
        Self { momentum: 0.1, eps: 1e-5 }
    }
}

/// (x - mean) / sqrt(var + eps) * weight + bias per channel (Ioffe and Szegedy, arXiv 1502.03167).
/// `x` is (N, C) or (N, C, H, W); `weight` and `bias` are (C).
///
/// In training the mean and the biased variance are the batch's, computed in two passes, and
/// `running` moves towards the batch's mean and *unbiased* variance by `momentum`, as in PyTorch.
/// In evaluation they are `running`'s.
///
/// # Errors
/// When a parameter is not (C), or a training batch has one value per channel.
pub fn batch_norm(
    x: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    running: &RunningStats,
    config: BatchNormConfig,
    train: bool,
) -> Result<Tensor> {
    let affine = Affine { weight, bias, slope: None };
    normalize(x, affine, running, config, train)
}

/// [`crate::prelu`] of [`batch_norm`] in one node of the graph; `slope` is (C).
///
/// # Errors
/// As [`batch_norm`], and when `slope` is not (C).
pub fn batch_norm_prelu(
    x: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    slope: &Tensor,
    running: &RunningStats,
    config: BatchNormConfig,
    train: bool,
) -> Result<Tensor> {
    let affine = Affine { weight, bias, slope: Some(slope) };
    normalize(x, affine, running, config, train)
}

/// What follows the normalisation; no slope is no activation.
#[derive(Clone, Copy)]
struct Affine<'a> {
    weight: &'a Tensor,
    bias: &'a Tensor,
    slope: Option<&'a Tensor>,
}

impl Affine<'_> {
    fn activate(&self, y: Tensor) -> Result<Tensor> {
        match self.slope {
            Some(slope) => prelu(&y, slope),
            None => Ok(y),
        }
    }

    /// The rows weight, bias and slope of a (3, C) tensor; a slope of 1 is no activation.
    fn stack(&self) -> Result<Tensor> {
        let ones = self.weight.ones_like()?;
        Tensor::stack(&[self.weight, self.bias, self.slope.unwrap_or(&ones)], 0)
    }
}

fn normalize(
    x: &Tensor,
    affine: Affine<'_>,
    running: &RunningStats,
    config: BatchNormConfig,
    train: bool,
) -> Result<Tensor> {
    check(x, affine.slope.unwrap_or(affine.weight))?;
    for per_channel in [affine.weight, affine.bias, &running.mean, &running.var] {
        check(x, per_channel)?;
    }
    match train {
        true => training(x, affine, running, config),
        false => evaluation(x, affine, running, config.eps),
    }
}

fn check(x: &Tensor, per_channel: &Tensor) -> Result<()> {
    if x.rank() < 2 || x.elem_count() == 0 || per_channel.dims() != [x.dim(1)?] {
        bail!(
            "batch_norm: the input must be (N, C, ...) and its parameters (C), got {:?} and {:?}",
            x.shape(),
            per_channel.shape()
        );
    }
    Ok(())
}

fn training(x: &Tensor, affine: Affine<'_>, running: &RunningStats, config: BatchNormConfig) -> Result<Tensor> {
    if x.elem_count() == x.dim(1)? {
        bail!("batch_norm: training needs more than one value per channel, got {:?}", x.shape());
    }
    let (y, mean, var) = if is_fast(&[x, affine.weight, affine.bias]) {
        fast_training(x, affine, config.eps)?
    } else {
        let (weight, bias) = (affine.weight, affine.bias);
        let (y, mean, var) = compose::batch_norm_train(x, weight, bias, config.eps)?;
        (affine.activate(y)?, mean, var)
    };
    follow(running, &mean, &var, x.elem_count() / x.dim(1)?, config.momentum)?;
    Ok(y)
}

/// Moves the averages towards a batch's mean and biased variance of `n` values per channel.
pub(crate) fn follow(running: &RunningStats, mean: &Tensor, var: &Tensor, n: usize, momentum: f64) -> Result<()> {
    let n = n as f64;
    approach(&running.mean, mean, momentum)?;
    approach(&running.var, &(var * (n / (n - 1.)))?, momentum)
}

/// Moves `average` towards `value` by the share `momentum`.
fn approach(average: &Var, value: &Tensor, momentum: f64) -> Result<()> {
    let kept = (average.as_detached_tensor() * (1. - momentum))?;
    average.set(&(kept + (value.detach() * momentum)?)?)
}

/// The output, and the batch's mean and biased variance.
fn fast_training(x: &Tensor, affine: Affine<'_>, eps: f64) -> Result<(Tensor, Tensor, Tensor)> {
    let (x, channels) = (x.contiguous()?, x.dim(1)?);
    let plane = plane(x.shape());
    let stats = with_values(&x, |x| Ok(kernel::stats(x, channels, plane)))?;
    let mean = Tensor::new(stats.mean.as_slice(), x.device())?;
    let var = Tensor::new(stats.var.as_slice(), x.device())?;
    let op = FastBatchNorm { stats, eps };
    Ok((x.apply_op2(&affine.stack()?, op)?, mean, var))
}

fn evaluation(x: &Tensor, affine: Affine<'_>, running: &RunningStats, eps: f64) -> Result<Tensor> {
    let (mean, var) = (running.mean.as_detached_tensor(), running.var.as_detached_tensor());
    let slope = affine.slope.unwrap_or(affine.weight);
    let inputs = [x, affine.weight, affine.bias, slope];
    if is_fast(&inputs) && !inputs.into_iter().any(wants_gradient) {
        let stats = Stats { mean: mean.to_vec1()?, var: var.to_vec1()? };
        let op = FastBatchNorm { stats, eps };
        return x.contiguous()?.apply_op2_no_bwd(&affine.stack()?, &op);
    }
    let scale = (affine.weight / (var + eps)?.sqrt()?)?;
    let shift = (affine.bias - (mean * &scale)?)?;
    affine.activate(compose::affine(x, &scale, &shift)?)
}

/// Pixels per channel.
fn plane(shape: &Shape) -> usize {
    shape.dims()[2..].iter().product()
}

/// Takes x, and weight, bias and slope as the rows of a (3, C) tensor. Its gradient treats `stats` as
/// those of the batch itself.
struct FastBatchNorm {
    stats: Stats,
    eps: f64,
}

/// Splits the (3, C) parameters.
pub(crate) fn params(values: &[f32]) -> Params<'_> {
    let (weight, rest) = values.split_at(values.len() / 3);
    let (bias, slope) = rest.split_at(weight.len());
    Params { weight, bias, slope }
}

impl CustomOp2 for FastBatchNorm {
    fn name(&self) -> &'static str {
        "l2face-batch-norm"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        p: &CpuStorage,
        p_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, p) = (slice(x, x_layout)?, params(slice(p, p_layout)?));
        let y = kernel::forward(x, plane(x_layout.shape()), p, &self.stats, self.eps);
        Ok(output(y, x_layout.shape()))
    }

    fn bwd(&self, x: &Tensor, p: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let plane = plane(x.shape());
        let grads = with_values(dy, |dy| {
            with_values(x, |x| {
                with_values(p, |p| {
                    let p = params(p);
                    Ok(kernel::backward(x, dy, plane, p, &self.stats, self.eps))
                })
            })
        })?;
        let dp = tensor_like([grads.weight, grads.bias, grads.slope].concat(), p)?;
        Ok((Some(tensor_like(grads.x, x)?), Some(dp)))
    }
}
