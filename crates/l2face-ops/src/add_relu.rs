//! The end of a residual block.
use crate::compose;
use crate::cpu::fresh::pairwise;
use crate::cpu::storage::{is_fast, output, slice, tensor_like, with_values};
use candle_core::{bail, CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};

/// The positive part of `a` + `b`, which have the same shape: one node of the graph, one output, and one gradient for both. The slope
/// at zero is 0, as in PyTorch.
///
/// # Errors
/// When the shapes differ.
pub fn add_relu(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    if a.dims() != b.dims() {
        bail!("add_relu: the shapes {:?} and {:?} differ", a.shape(), b.shape());
    }
    match is_fast(&[a, b]) {
        true => a.contiguous()?.apply_op2(&b.contiguous()?, FastAddRelu),
        false => compose::add_relu(a, b),
    }
}

struct FastAddRelu;

impl CustomOp2 for FastAddRelu {
    fn name(&self) -> &'static str {
        "l2face-add-relu"
    }

    fn cpu_fwd(
        &self,
        a: &CpuStorage,
        a_layout: &Layout,
        b: &CpuStorage,
        b_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        // A NaN stays one: `max` would drop it.
        let y = pairwise(slice(a, a_layout)?, slice(b, b_layout)?, |a, b| if a + b <= 0. { 0. } else { a + b });
        Ok(output(y, a_layout.shape()))
    }

    fn bwd(&self, a: &Tensor, _b: &Tensor, y: &Tensor, dy: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let grad = with_values(y, |y| with_values(dy, |dy| Ok(pairwise(y, dy, |y, dy| if y > 0. { dy } else { 0. }))))?;
        let grad = tensor_like(grad, a)?;
        Ok((Some(grad.clone()), Some(grad)))
    }
}
