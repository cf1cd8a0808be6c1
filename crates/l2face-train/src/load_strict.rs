//! Do named tensors fit named variables exactly?

use std::collections::BTreeMap;

use candle_core::{Tensor, Var};

use crate::{Result, TrainError};

/// How a set of tensors differs from a set of variables.
#[derive(Default)]
pub(crate) struct Fit {
    missing: Vec<String>,
    unexpected: Vec<String>,
    different: Vec<String>,
}

impl Fit {
    pub(crate) fn of(vars: &BTreeMap<String, Var>, tensors: &BTreeMap<String, Tensor>) -> Self {
        let mut fit = Self::default();
        for (name, var) in vars {
            match tensors.get(name) {
                None => fit.missing.push(name.clone()),
                Some(t) => fit.different.extend(difference(name, var, t)),
            }
        }
        let extra = tensors.keys().filter(|name| !vars.contains_key(*name));
        fit.unexpected = extra.cloned().collect();
        fit
    }

    pub(crate) fn check(self, what: &'static str) -> Result<()> {
        if self.missing.is_empty() && self.unexpected.is_empty() && self.different.is_empty() {
            return Ok(());
        }
        Err(TrainError::Mismatch {
            what,
            missing: self.missing,
            unexpected: self.unexpected,
            different: self.different,
        })
    }
}

fn difference(name: &str, var: &Tensor, tensor: &Tensor) -> Option<String> {
    let same = var.shape() == tensor.shape() && var.dtype() == tensor.dtype();
    let text = |t: &Tensor| format!("{:?} {:?}", t.dims(), t.dtype());
    (!same).then(|| format!("{name}: {} here, {} there", text(var), text(tensor)))
}
