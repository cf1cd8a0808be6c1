//! Softmax cross-entropy.
use crate::compose;
use crate::cpu::cross_entropy::{backward, forward};
use crate::cpu::storage::{is_fast, output, slice, tensor_like, with_values};
use candle_core::{bail, CpuStorage, CustomOp2, DType, Layout, Result, Shape, Tensor};

/// The mean over samples of -log softmax(logits)\[label\]: equation 1 of arXiv 1703.09507.
/// `logits` is (N, C), `labels` is (N) of `u32`; the result is a scalar in nats.
/// The largest logit of each row is taken out first, so that nothing overflows.
///
/// # Errors
/// When the shapes disagree or the labels are not `u32`; on the CPU also when a label is not below C.
pub fn cross_entropy(logits: &Tensor, labels: &Tensor) -> Result<Tensor> {
    let (n, classes) = logits.dims2()?;
    if labels.dims() != [n] || labels.dtype() != DType::U32 || n * classes == 0 {
        bail!(
            "cross_entropy: logits (N, C) and u32 labels (N) are required, got {:?} and {:?} {:?}",
            logits.shape(),
            labels.dtype(),
            labels.shape()
        );
    }
    if is_fast(&[logits]) && labels.device().is_cpu() {
        return logits.contiguous()?.apply_op2(&labels.contiguous()?, FastCrossEntropy);
    }
    compose::cross_entropy(logits, labels)
}

struct FastCrossEntropy;

impl CustomOp2 for FastCrossEntropy {
    fn name(&self) -> &'static str {
        "l2face-cross-entropy"
    }

    fn cpu_fwd(
        &self,
        logits: &CpuStorage,
        logits_layout: &Layout,
        labels: &CpuStorage,
        labels_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (_, classes) = logits_layout.shape().dims2()?;
        let labels = slice::<u32>(labels, labels_layout)?;
        if let Some(label) = labels.iter().find(|l| **l as usize >= classes) {
            bail!("cross_entropy: label {label} is not below the {classes} classes");
        }
        let loss = forward(slice(logits, logits_layout)?, labels, classes);
        Ok(output(vec![loss], ()))
    }

    fn bwd(
        &self,
        logits: &Tensor,
        labels: &Tensor,
        _loss: &Tensor,
        upstream: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (_, classes) = logits.dims2()?;
        let upstream = upstream.to_scalar::<f32>()?;
        let grad = with_values(logits, |logits| {
            with_values(labels, |labels| Ok(backward(logits, labels, classes, upstream)))
        })?;
        Ok((Some(tensor_like(grad, logits)?), None))
    }
}
