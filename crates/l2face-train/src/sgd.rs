//! Stochastic gradient descent with momentum, weight decay and clipping.

use std::collections::{BTreeMap, BTreeSet};

use candle_core::backprop::GradStore;
use candle_core::{Tensor, Var};
use l2face_ops::sgd_step;
use serde::{Deserialize, Serialize};

use crate::check::setting;
use crate::grad_norm::sum_of_squares;
use crate::load_strict::Fit;
use crate::{Param, Result, TrainError};

/// Settings of [`Sgd`]; the default is the paper's (momentum 0.9, weight decay 5e-4, no clipping).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SgdConfig {
    /// Share of the velocity that survives a step, in [0, 1).
    pub momentum: f64,
    /// Times the weight, added to its gradient; at least 0.
    pub weight_decay: f64,
    /// Largest Euclidean norm of all gradients together; longer ones are shortened to it. Decay is not clipped.
    pub clip_norm: Option<f64>,
}

impl Default for SgdConfig {
    fn default() -> Self {
        Self { momentum: 0.9, weight_decay: 5e-4, clip_norm: None }
    }
}

impl SgdConfig {
    /// An error names the first setting that is outside its range.
    pub fn check(&self) -> Result<()> {
        let Self { momentum: m, weight_decay: d, .. } = *self;
        setting((0. ..1.).contains(&m), "momentum", m, "must be in [0, 1)")?;
        let decay_ok = d >= 0. && d.is_finite();
        setting(decay_ok, "weight_decay", d, "must be finite and at least 0")?;
        let clip = self.clip_norm.unwrap_or(1.);
        setting(clip > 0., "clip_norm", clip, "must be positive")
    }
}

/// What one step saw.
#[derive(Clone, Debug, PartialEq)]
pub struct StepInfo {
    /// Euclidean norm of the gradients of all variables that learn, before clipping.
    pub grad_norm: f64,
    /// Whether the gradients were shortened.
    pub clipped: bool,
    /// Variables that should learn and got no gradient: almost always a mistake in the model.
    pub missing: Vec<String>,
}

/// v = momentum v + g + decay w; w = w - lr v, as in PyTorch (dampening 0, no Nesterov).
///
/// Caffe, which the paper used, keeps lr v instead of v: the two agree while the rate is constant, and after a drop of
/// the rate Caffe's old velocity fades over about 1 / (1 - momentum) steps.
pub struct Sgd {
    params: Vec<Param>,
    velocity: BTreeMap<String, Var>,
    config: SgdConfig,
}

impl Sgd {
    /// Starts at rest. Variables with `lr_mult` 0 are frozen: no velocity, no update, no part in the norm.
    ///
    /// # Errors
    /// A setting outside its range, or two parameters of one name.
    pub fn new(params: Vec<Param>, config: SgdConfig) -> Result<Self> {
        config.check()?;
        let mut names = BTreeSet::new();
        for p in &params {
            setting(names.insert(&p.name), "parameter", &p.name, "is given twice")?;
        }
        let params: Vec<_> = params.into_iter().filter(|p| p.lr_mult != 0.).collect();
        let velocity = params.iter().map(at_rest).collect::<Result<_>>()?;
        Ok(Self { params, velocity, config })
    }

    /// One update at learning rate `lr`.
    ///
    /// # Errors
    /// A gradient that is NaN or infinite: the error names the variable, and no variable has been changed.
    pub fn step(&mut self, grads: &GradStore, lr: f64) -> Result<StepInfo> {
        setting(lr.is_finite() && lr >= 0., "lr", lr, "must be finite and at least 0")?;
        let (grad_norm, missing) = self.norm(grads)?;
        let shorten = match self.config.clip_norm {
            Some(clip) if grad_norm > clip => Some(clip / (grad_norm + 1e-6)),
            _ => None,
        };
        for p in &self.params {
            if let Some(grad) = grads.get(&p.var) {
                self.update(p, grad, shorten, lr)?;
            }
        }
        Ok(StepInfo { grad_norm, clipped: shorten.is_some(), missing })
    }

    fn norm(&self, grads: &GradStore) -> Result<(f64, Vec<String>)> {
        let (mut total, mut missing) = (0., Vec::new());
        for p in &self.params {
            match grads.get(&p.var) {
                None => missing.push(p.name.clone()),
                Some(grad) => total += finite_squares(&p.name, grad)?,
            }
        }
        Ok((total.sqrt(), missing))
    }

    fn update(&self, p: &Param, grad: &Tensor, shorten: Option<f64>, lr: f64) -> Result<()> {
        let grad = match shorten {
            Some(factor) => (grad * factor)?,
            None => grad.clone(),
        };
        let decay = self.config.weight_decay * p.decay_mult;
        let velocity = &self.velocity[&p.name];
        let (lr, momentum) = (lr * p.lr_mult, self.config.momentum);
        Ok(sgd_step(&p.var, &grad, velocity, lr, momentum, decay)?)
    }

    /// A copy of every velocity by the name of its variable.
    pub fn state(&self) -> Result<BTreeMap<String, Tensor>> {
        let copy = |(name, v): (&String, &Var)| Ok((name.clone(), v.copy()?.detach()));
        self.velocity.iter().map(copy).collect()
    }

    /// Continues from a [`state`](Self::state) of the same parameters; else an error that lists the differences.
    pub fn load_state(&mut self, state: &BTreeMap<String, Tensor>) -> Result<()> {
        Fit::of(&self.velocity, state).check("the optimiser's state")?;
        for (name, v) in &self.velocity {
            v.set(&state[name].to_device(v.device())?)?;
        }
        Ok(())
    }
}

fn at_rest(p: &Param) -> Result<(String, Var)> {
    let zero = Var::zeros(p.var.shape(), p.var.dtype(), p.var.device())?;
    Ok((p.name.clone(), zero))
}

fn finite_squares(name: &str, grad: &Tensor) -> Result<f64> {
    let squares = sum_of_squares(grad)?;
    if squares.is_finite() {
        return Ok(squares);
    }
    Err(TrainError::NonFinite { what: format!("the gradient of {name}"), value: squares.sqrt() })
}
