//! PReLU, alone and fused with a bias.
use crate::compose;
use crate::cpu::prelu::{backward, forward, Params};
use crate::cpu::storage::{is_fast, output, slice, tensor_like, with_values};
use candle_core::{bail, CpuStorage, CustomOp3, Layout, Result, Shape, Tensor};

/// PReLU of `x + bias`: v where v = x + bias is positive, slope * v elsewhere (also at 0).
/// `x` is (N, C) or (N, C, H, W); `bias` and `slope` are (C).
///
/// # Errors
/// When `bias` or `slope` is not (C).
pub fn bias_prelu(x: &Tensor, bias: &Tensor, slope: &Tensor) -> Result<Tensor> {
    check(x, bias)?;
    check(x, slope)?;
    if is_fast(&[x, bias, slope]) {
        let (bias, slope) = (bias.contiguous()?, slope.contiguous()?);
        return x.contiguous()?.apply_op3(&bias, &slope, FastBiasPrelu);
    }
    compose::bias_prelu(x, bias, slope)
}

/// PReLU (He et al., arXiv 1502.01852): x where positive, slope * x elsewhere, with one `slope` per
/// channel. `x` is (N, C) or (N, C, H, W); `slope` is (C).
///
/// # Errors
/// When `slope` is not (C).
pub fn prelu(x: &Tensor, slope: &Tensor) -> Result<Tensor> {
    bias_prelu(x, &slope.zeros_like()?, slope)
}

fn check(x: &Tensor, per_channel: &Tensor) -> Result<()> {
    if x.rank() < 2 || x.elem_count() == 0 || per_channel.dims() != [x.dim(1)?] {
        bail!(
            "prelu: the input must be (N, C, ...) and its parameters (C), got {:?} and {:?}",
            x.shape(),
            per_channel.shape()
        );
    }
    Ok(())
}

/// Pixels per channel.
fn plane(shape: &Shape) -> usize {
    shape.dims()[2..].iter().product()
}

struct FastBiasPrelu;

impl CustomOp3 for FastBiasPrelu {
    fn name(&self) -> &'static str {
        "l2face-bias-prelu"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
        slope: &CpuStorage,
        slope_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let params = Params { bias: slice(bias, bias_layout)?, slope: slice(slope, slope_layout)? };
        let y = forward(slice(x, x_layout)?, plane(x_layout.shape()), params);
        Ok(output(y, x_layout.shape()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        bias: &Tensor,
        slope: &Tensor,
        _y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let plane = plane(x.shape());
        let grads = with_values(dy, |dy| {
            with_values(x, |x| {
                with_values(bias, |bias| with_values(slope, |slope| Ok(backward(x, dy, plane, Params { bias, slope }))))
            })
        })?;
        Ok((
            Some(tensor_like(grads.x, x)?),
            Some(tensor_like(grads.bias, bias)?),
            Some(tensor_like(grads.slope, slope)?),
        ))
    }
}
