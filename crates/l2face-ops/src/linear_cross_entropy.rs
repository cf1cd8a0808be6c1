//! A linear classifier and its cross-entropy in one operation.
use crate::compose;
use crate::cpu::classifier::{gradients, normalise, Gradients, Normalisers, Problem, Wanted};
use crate::cpu::storage::{is_fast, output, slice, tensor_like, wants_gradient, with_values};
use crate::logit_budget::LogitBudget;
use candle_core::backprop::GradStore;
use candle_core::{bail, CpuStorage, CustomOp3, DType, Device, Layout, Result, Shape, Tensor};
use std::sync::{Mutex, PoisonError};

/// The mean over samples of -log softmax(x Wᵀ + b)\[label\], equation 1 of arXiv 1703.09507, as
/// [`cross_entropy`](crate::cross_entropy) of a linear layer but without the layer's memory.
/// `x` is (N, D), `weight` (C, D), `bias` (C), `labels` (N) of `u32`; the result is a scalar in nats.
///
/// candle's `backward` adds every gradient to a tensor of zeros, which takes the memory of `weight` once more;
/// [`linear_cross_entropy_backward`] does not.
///
/// # Errors
/// When the shapes disagree or the labels are not `u32`; on the CPU also when a label is not below C.
pub fn linear_cross_entropy(
    x: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
    labels: &Tensor,
    budget: LogitBudget,
) -> Result<Tensor> {
    check(x, weight, bias, labels)?;
    if !fast(x, weight, bias, labels) {
        return composed(x, weight, bias, labels);
    }
    let (samples, classes) = (x.dim(0)?, weight.dim(0)?);
    let none = || Tensor::zeros(classes, DType::F32, x.device());
    let bias = bias.cloned().map_or_else(none, Ok)?;
    let trained = [x, weight, &bias].into_iter().any(wants_gradient);
    let keep = trained && budget.keeps(samples, classes);
    let op = LinearCrossEntropy { labels: labels.contiguous()?, keep, first: Mutex::new(None) };
    x.contiguous()?.apply_op3(&weight.contiguous()?, &bias.contiguous()?, op)
}

/// [`linear_cross_entropy`] and the gradients of all variables that it depends on, as `backward` of it would give them, in less
/// memory: the gradient of `weight` exists once.
///
/// # Errors
/// As [`linear_cross_entropy`].
pub fn linear_cross_entropy_backward(
    x: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
    labels: &Tensor,
    budget: LogitBudget,
) -> Result<(Tensor, GradStore)> {
    check(x, weight, bias, labels)?;
    if !fast(x, weight, bias, labels) {
        let loss = composed(x, weight, bias, labels)?;
        let grads = loss.backward()?;
        return Ok((loss.detach(), grads));
    }
    let keep = budget.keeps(x.dim(0)?, weight.dim(0)?);
    let wanted =
        Wanted { x: wants_gradient(x), weight: wants_gradient(weight), bias: bias.is_some_and(wants_gradient) };
    let (loss, g) = with_problem(x, weight, bias, labels, |p| {
        let (normalisers, kept) = normalise(&p, keep);
        let loss = normalisers.loss(p.labels.len());
        Ok((loss, gradients(&p, &normalisers, kept, 1., wanted)))
    })?;
    let loss = Tensor::new(loss, x.device())?;
    Ok((loss, spread(vec![(x, g.x), (weight, g.weight), (bias.unwrap_or(x), g.bias)])?))
}

/// Gradients of tensors, handed on to the variables that these were computed from.
fn spread(all: Vec<(&Tensor, Option<Vec<f32>>)>) -> Result<GradStore> {
    let mut own = Vec::new();
    // A sum whose gradient with respect to each tensor is the one given.
    let mut sum = Tensor::new(0f32, &Device::Cpu)?;
    for (tensor, gradient) in all {
        let Some(gradient) = gradient.map(|g| tensor_like(g, tensor)).transpose()? else { continue };
        match tensor.is_variable() {
            true => own.push((tensor, gradient)),
            false => sum = (sum + (tensor * gradient)?.sum_all()?)?,
        }
    }
    let mut grads = sum.backward()?;
    for (tensor, gradient) in own {
        let gradient = match grads.remove(tensor) {
            Some(other) => (other + gradient)?,
            None => gradient,
        };
        grads.insert(tensor, gradient);
    }
    Ok(grads)
}

fn check(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, labels: &Tensor) -> Result<()> {
    let ((n, dim), (classes, width)) = (x.dims2()?, weight.dims2()?);
    let bias_fits = bias.is_none_or(|b| b.dims() == [classes]);
    if dim != width || !bias_fits || labels.dims() != [n] || labels.dtype() != DType::U32 || n * dim * classes == 0 {
        bail!(
            "linear_cross_entropy: x (N, D), weight (C, D), bias (C) and u32 labels (N) are required, got {:?}, {:?}, {:?} and {:?} {:?}",
            x.shape(),
            weight.shape(),
            bias.map(|b| b.shape()),
            labels.dtype(),
            labels.shape()
        );
    }
    Ok(())
}

fn fast(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, labels: &Tensor) -> bool {
    is_fast(&[x, weight]) && bias.is_none_or(|b| is_fast(&[b])) && labels.device().is_cpu()
}

fn composed(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>, labels: &Tensor) -> Result<Tensor> {
    let logits = x.matmul(&weight.t()?)?;
    let logits = bias.map_or(Ok(logits.clone()), |b| logits.broadcast_add(b))?;
    compose::cross_entropy(&logits, labels)
}

/// The slices behind four checked tensors.
fn with_problem<R>(
    x: &Tensor,
    weight: &Tensor,
    bias: Option<&Tensor>,
    labels: &Tensor,
    f: impl FnOnce(Problem<'_>) -> Result<R>,
) -> Result<R> {
    with_values(x, |x| {
        with_values(weight, |weight| {
            with_values(labels, |labels| match bias {
                Some(bias) => with_values(bias, |b| known(f, Problem { x, weight, bias: Some(b), labels })),
                None => known(f, Problem { x, weight, bias: None, labels }),
            })
        })
    })
}

/// Runs `f` where all labels are those of classes.
fn known<R>(f: impl FnOnce(Problem<'_>) -> Result<R>, p: Problem<'_>) -> Result<R> {
    let classes = p.weight.len() / (p.x.len() / p.labels.len());
    match p.labels.iter().find(|l| **l as usize >= classes) {
        Some(label) => bail!("linear_cross_entropy: label {label} is not below the {classes} classes"),
        None => f(p),
    }
}

/// What the first sweep leaves for the second.
type First = (Normalisers, Option<Vec<f32>>);

struct LinearCrossEntropy {
    labels: Tensor,
    keep: bool,
    first: Mutex<Option<First>>,
}

impl LinearCrossEntropy {
    fn first(&self) -> std::sync::MutexGuard<'_, Option<First>> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CustomOp3 for LinearCrossEntropy {
    fn name(&self) -> &'static str {
        "l2face-linear-cross-entropy"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, weight) = (slice(x, x_layout)?, slice(weight, weight_layout)?);
        let bias = Some(slice(bias, bias_layout)?);
        let loss = with_values(&self.labels, |labels| {
            known(
                |p| {
                    let first = normalise(&p, self.keep);
                    let loss = first.0.loss(labels.len());
                    *self.first() = Some(first);
                    Ok(loss)
                },
                Problem { x, weight, bias, labels },
            )
        })?;
        Ok(output(vec![loss], ()))
    }

    /// A second call finds the logits gone and takes them again.
    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        _loss: &Tensor,
        upstream: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let upstream = upstream.to_scalar::<f32>()?;
        let wanted = Wanted { x: wants_gradient(x), weight: wants_gradient(weight), bias: wants_gradient(bias) };
        let g: Gradients = with_problem(x, weight, Some(bias), &self.labels, |p| {
            let (normalisers, kept) = self.first().take().unwrap_or_else(|| normalise(&p, false));
            Ok(gradients(&p, &normalisers, kept, upstream, wanted))
        })?;
        let tensor = |values: Option<Vec<f32>>, like| values.map(|v| tensor_like(v, like)).transpose();
        Ok((tensor(g.x, x)?, tensor(g.weight, weight)?, tensor(g.bias, bias)?))
    }
}
