//! The end of a residual block.
#![allow(unsafe_code)]
use crate::compose;
use crate::cpu::fresh::written;
use crate::cpu::storage::{is_fast, output, slice, tensor_like, with_values};
use candle_core::{bail, CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};
use rayon::prelude::*;
use std::mem::MaybeUninit;

/// Numbers of one task.
const TASK: usize = 1 << 14;

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
        let y = join(slice(a, a_layout)?, slice(b, b_layout)?, |a, b| if a + b <= 0. { 0. } else { a + b });
        Ok(output(y, a_layout.shape()))
    }

    fn bwd(&self, a: &Tensor, _b: &Tensor, y: &Tensor, dy: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let grad = with_values(y, |y| with_values(dy, |dy| Ok(join(y, dy, |y, dy| if y > 0. { dy } else { 0. }))))?;
        let grad = tensor_like(grad, a)?;
        Ok((Some(grad.clone()), Some(grad)))
    }
}

/// `f` of each pair of numbers.
fn join(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32 + Sync) -> Vec<f32> {
    assert_eq!(a.len(), b.len());
    let fill = |out: &mut [MaybeUninit<f32>]| {
        out.par_chunks_mut(TASK).zip(a.par_chunks(TASK).zip(b.par_chunks(TASK))).for_each(|(out, (a, b))| {
            for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
                out.write(f(*a, *b));
            }
        });
    };
    // SAFETY: all three have one length, and each number is written.
    unsafe { written(a.len(), fill) }
}
