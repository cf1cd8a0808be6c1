//! Which learning rate and weight decay each variable gets.

use candle_core::Var;
use serde::{Deserialize, Serialize};

/// A variable to train, with its multipliers of the common learning rate and weight decay.
#[derive(Clone, Debug)]
pub struct Param {
    /// Full name, as in the checkpoint.
    pub name: String,
    /// The variable itself.
    pub var: Var,
    /// Multiplies the learning rate; 0 freezes the variable.
    pub lr_mult: f64,
    /// Multiplies the weight decay.
    pub decay_mult: f64,
}

/// Multipliers by kind of variable. The default is that of the center-loss solver, which the paper follows.
///
/// In Caffe a layer without a `param` block, such as the PReLUs there, has both multipliers 1. The paper's net has no
/// batch norm; for it the defaults are the usual ones of today (no decay).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GroupRules {
    /// Learning rate of biases.
    pub bias_lr: f64,
    /// Weight decay of biases.
    pub bias_decay: f64,
    /// Learning rate of the scale and shift of a normalisation.
    pub norm_lr: f64,
    /// Weight decay of the scale and shift of a normalisation.
    pub norm_decay: f64,
    /// Weight decay of PReLU slopes.
    pub slope_decay: f64,
    /// Learning rate of a trained alpha.
    pub alpha_lr: f64,
}

impl Default for GroupRules {
    fn default() -> Self {
        Self { bias_lr: 2., bias_decay: 0., norm_lr: 1., norm_decay: 0., slope_decay: 1., alpha_lr: 1. }
    }
}

/// [`groups`] with the default [`GroupRules`].
pub fn paper_groups(vars: &[(String, Var)], frozen: impl Fn(&str) -> bool) -> Vec<Param> {
    groups(vars, &GroupRules::default(), frozen)
}

/// One [`Param`] per variable that learns, in the order given; `running_mean` and `running_var` are left out.
///
/// `frozen` names the variables with learning rate 0. What the kinds are, by name and shape: `*.running_mean` beside a
/// variable makes it part of a normalisation; `alpha` is the scale of the L2-softmax and never decays; `bias` is a
/// bias; any other vector (rank 1) is a slope; the rest are weights.
pub fn groups(vars: &[(String, Var)], rules: &GroupRules, frozen: impl Fn(&str) -> bool) -> Vec<Param> {
    let has = |name: String| vars.iter().any(|(n, _)| *n == name);
    let learns = |name: &str| !matches!(leaf(name), "running_mean" | "running_var");
    let mut params = Vec::new();
    for (name, var) in vars.iter().filter(|(name, _)| learns(name)) {
        let norm = has(sibling(name, "running_mean"));
        let (lr, decay_mult) = multipliers(name, var, norm, rules);
        params.push(Param {
            name: name.clone(),
            var: var.clone(),
            lr_mult: if frozen(name) { 0. } else { lr },
            decay_mult,
        });
    }
    params
}

fn multipliers(name: &str, var: &Var, norm: bool, rules: &GroupRules) -> (f64, f64) {
    match leaf(name) {
        _ if norm => (rules.norm_lr, rules.norm_decay),
        "alpha" => (rules.alpha_lr, 0.),
        "bias" => (rules.bias_lr, rules.bias_decay),
        _ if var.rank() == 1 => (1., rules.slope_decay),
        _ => (1., 1.),
    }
}

fn leaf(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn sibling(name: &str, leaf: &str) -> String {
    match name.rsplit_once('.') {
        Some((prefix, _)) => format!("{prefix}.{leaf}"),
        None => leaf.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{DType, Device};

    fn vars() -> Vec<(String, Var)> {
        let var =
            |name: &str, shape: &[usize]| (name.to_string(), Var::zeros(shape, DType::F32, &Device::Cpu).unwrap());
        vec![
            var("alpha", &[1]),
            var("net.bn.bias", &[4]),
            var("net.bn.running_mean", &[4]),
            var("net.bn.running_var", &[4]),
            var("net.bn.weight", &[4]),
            var("net.conv.bias", &[4]),
            var("net.conv.weight", &[4, 3, 3, 3]),
            var("net.prelu.weight", &[4]),
            var("net.unit.bias", &[4]),
        ]
    }

    fn table(rules: &GroupRules) -> Vec<(String, f64, f64)> {
        let params = groups(&vars(), rules, |name| name.contains("unit"));
        params.into_iter().map(|p| (p.name, p.lr_mult, p.decay_mult)).collect()
    }

    fn named(rows: &[(&str, f64, f64)]) -> Vec<(String, f64, f64)> {
        rows.iter().map(|&(n, lr, d)| (n.to_string(), lr, d)).collect()
    }

    #[test]
    fn the_paper_s_groups() {
        let expected = named(&[
            ("alpha", 1., 0.),
            ("net.bn.bias", 1., 0.),
            ("net.bn.weight", 1., 0.),
            ("net.conv.bias", 2., 0.),
            ("net.conv.weight", 1., 1.),
            ("net.prelu.weight", 1., 1.),
            ("net.unit.bias", 0., 0.),
        ]);
        assert_eq!(table(&GroupRules::default()), expected);
    }

    #[test]
    fn every_rule_reaches_its_kind() {
        let rules =
            GroupRules { bias_lr: 3., bias_decay: 0.1, norm_lr: 4., norm_decay: 0.2, slope_decay: 0.3, alpha_lr: 5. };
        let expected = named(&[
            ("alpha", 5., 0.),
            ("net.bn.bias", 4., 0.2),
            ("net.bn.weight", 4., 0.2),
            ("net.conv.bias", 3., 0.1),
            ("net.conv.weight", 1., 1.),
            ("net.prelu.weight", 1., 0.3),
            ("net.unit.bias", 0., 0.1),
        ]);
        assert_eq!(table(&rules), expected);
    }
}
