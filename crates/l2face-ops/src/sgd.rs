//! One step of stochastic gradient descent with momentum and weight decay.
use crate::cpu::storage::{is_fast, slice};
use candle_core::{bail, CpuStorage, InplaceOp1, InplaceOp2, Layout, Result, Tensor, Var};
use rayon::prelude::*;
use std::cell::RefCell;

/// v = momentum v + grad + weight_decay w; w = w - lr v (PyTorch's `SGD`, with `dampening` 0).
/// `param`, `grad` and `velocity` have one shape; `param` and `velocity` change in place, in one
/// pass over memory for `f32` on the CPU. A new velocity starts at zero.
///
/// # Errors
/// When shapes, types or devices differ, or `velocity` is `param`.
pub fn sgd_step(param: &Var, grad: &Tensor, velocity: &Var, lr: f64, momentum: f64, weight_decay: f64) -> Result<()> {
    if param.id() == velocity.id() {
        bail!("sgd_step: the velocity must be a variable of its own");
    }
    if param.shape() != grad.shape() || param.shape() != velocity.shape() {
        bail!(
            "sgd_step: shapes differ: parameter {:?}, gradient {:?}, velocity {:?}",
            param.shape(),
            grad.shape(),
            velocity.shape()
        );
    }
    let rule = Rule { lr, momentum, weight_decay };
    if is_fast(&[param, grad, velocity]) {
        return param.inplace_op2(&grad.contiguous()?, &WithVelocity { velocity, rule });
    }
    rule.composed(param, grad, velocity)
}

#[derive(Clone, Copy)]
struct Rule {
    lr: f64,
    momentum: f64,
    weight_decay: f64,
}

impl Rule {
    fn composed(&self, param: &Var, grad: &Tensor, velocity: &Var) -> Result<()> {
        let (w, v) = (param.as_detached_tensor(), velocity.as_detached_tensor());
        let decay = (&w * self.weight_decay)?;
        let v = (((v * self.momentum)? + grad.detach())? + decay)?;
        param.set(&(w - (&v * self.lr)?)?)?;
        velocity.set(&v)
    }

    fn update(&self, w: &mut [f32], g: &[f32], v: &mut [f32]) {
        const CHUNK: usize = 1 << 15;
        let (lr, momentum, decay) = (self.lr as f32, self.momentum as f32, self.weight_decay as f32);
        w.par_chunks_mut(CHUNK).zip(v.par_chunks_mut(CHUNK).zip(g.par_chunks(CHUNK))).for_each(|(w, (v, g))| {
            for (w, (v, g)) in w.iter_mut().zip(v.iter_mut().zip(g)) {
                *v = momentum * *v + g + decay * *w;
                *w -= lr * *v;
            }
        });
    }
}

/// The outer of two nested in-place operations: it holds the parameter open, then opens the velocity.
struct WithVelocity<'a> {
    velocity: &'a Var,
    rule: Rule,
}

impl InplaceOp2 for WithVelocity<'_> {
    fn name(&self) -> &'static str {
        "l2face-sgd"
    }

    fn cpu_fwd(&self, w: &mut CpuStorage, w_layout: &Layout, g: &CpuStorage, g_layout: &Layout) -> Result<()> {
        let inner = WithParam { w: RefCell::new(slice_mut(w, w_layout)?), g: slice(g, g_layout)?, rule: self.rule };
        self.velocity.inplace_op1(&inner)
    }
}

struct WithParam<'a> {
    w: RefCell<&'a mut [f32]>,
    g: &'a [f32],
    rule: Rule,
}

impl InplaceOp1 for WithParam<'_> {
    fn name(&self) -> &'static str {
        "l2face-sgd"
    }

    fn cpu_fwd(&self, v: &mut CpuStorage, v_layout: &Layout) -> Result<()> {
        let v = slice_mut(v, v_layout)?;
        self.rule.update(&mut self.w.borrow_mut(), self.g, v);
        Ok(())
    }
}

fn slice_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((from, to))) => Ok(&mut values[from..to]),
        _ => bail!("sgd_step: a contiguous f32 variable is required, got {layout:?}"),
    }
}
