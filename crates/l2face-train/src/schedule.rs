//! The learning rate as a pure function of the step.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use crate::check::setting;
use crate::Result;

/// A schedule; step 0 is the first update. In TOML: `schedule = { kind = "step", base = 0.1, milestones = [16000, 24000] }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Schedule {
    /// Always the same rate.
    Constant {
        /// The rate.
        base: f64,
    },
    /// `base`, multiplied by `gamma` once at each milestone (the paper's).
    Step {
        /// First rate.
        base: f64,
        /// Steps from which on the rate is multiplied once more; strictly increasing.
        milestones: Vec<u64>,
        /// The factor.
        #[serde(default = "tenth")]
        gamma: f64,
    },
    /// `base` (1 - t / steps)^power after a linear warm-up of `warmup` steps; 0 at the end and beyond it.
    Poly {
        /// Rate at the end of the warm-up.
        base: f64,
        /// The exponent; 1 is linear.
        power: f64,
        /// All steps, the warm-up among them.
        steps: u64,
        /// Steps of the warm-up; step t of it has rate base (t + 1) / (warmup + 1).
        #[serde(default)]
        warmup: u64,
    },
    /// Half a cosine up to `peak`, half a cosine down again (Smith and Topin; PyTorch's OneCycleLR).
    OneCycle {
        /// The largest rate.
        peak: f64,
        /// All steps.
        steps: u64,
        /// Share of the steps that goes up.
        warmup_fraction: f64,
        /// peak / first rate.
        #[serde(default = "twenty_five")]
        div: f64,
        /// first rate / last rate.
        #[serde(default = "ten_thousand")]
        final_div: f64,
    },
    /// Another schedule on the same clock, multiplied by a factor that grows linearly from `from` to 1 in `steps` steps.
    Warmup {
        /// Steps until the factor is 1.
        steps: u64,
        /// The factor at step 0.
        from: f64,
        /// The schedule.
        then: Box<Schedule>,
    },
}

fn tenth() -> f64 {
    0.1
}

fn twenty_five() -> f64 {
    25.
}

fn ten_thousand() -> f64 {
    1e4
}

impl Schedule {
    /// The learning rate of update number `step`, from 0. A schedule stays at its last value beyond its end.
    pub fn lr(&self, step: u64) -> f64 {
        match self {
            Self::Constant { base } => *base,
            Self::Step { base, milestones, gamma } => {
                let passed = milestones.iter().filter(|&&m| step >= m).count();
                base * gamma.powi(passed as i32)
            }
            Self::Poly { base, power, steps, warmup } => base * poly_factor(step, *power, *steps, *warmup),
            Self::OneCycle { peak, steps, warmup_fraction, div, final_div } => {
                let first = peak / div;
                one_cycle([first, *peak, first / final_div], step, *steps, *warmup_fraction)
            }
            Self::Warmup { steps, from, then } => then.lr(step) * (from + (1. - from) * fraction(step, *steps)),
        }
    }

    /// An error names the first setting that is outside its range.
    pub fn check(&self) -> Result<()> {
        match self {
            Self::Constant { base } => rate("base", *base),
            Self::Step { base, milestones, gamma } => {
                rate("base", *base)?;
                rate("gamma", *gamma)?;
                let increasing = milestones.windows(2).all(|w| w[0] < w[1]);
                setting(increasing, "milestones", format!("{milestones:?}"), "must increase")
            }
            Self::Poly { base, power, steps, warmup } => {
                rate("base", *base)?;
                rate("power", *power)?;
                setting(warmup < steps, "warmup", warmup, "must be less than steps")
            }
            Self::OneCycle { peak, steps, warmup_fraction: w, div, final_div } => {
                rate("peak", *peak)?;
                rate("div", *div)?;
                rate("final_div", *final_div)?;
                setting(*steps > 0, "steps", steps, "must be positive")?;
                setting((0. ..=1.).contains(w), "warmup_fraction", w, "must be in [0, 1]")
            }
            Self::Warmup { from, then, .. } => {
                setting((0. ..=1.).contains(from), "from", from, "must be in [0, 1]")?;
                then.check()
            }
        }
    }
}

fn rate(name: &'static str, value: f64) -> Result<()> {
    let ok = value > 0. && value.is_finite();
    setting(ok, name, value, "must be positive and finite")
}

/// step / steps, at most 1; 1 when there are no steps.
fn fraction(step: u64, steps: u64) -> f64 {
    match steps {
        0 => 1.,
        _ => step.min(steps) as f64 / steps as f64,
    }
}

fn poly_factor(step: u64, power: f64, steps: u64, warmup: u64) -> f64 {
    if step < warmup {
        return (step + 1) as f64 / (warmup + 1) as f64;
    }
    (1. - fraction(step - warmup, steps.saturating_sub(warmup))).powf(power)
}

/// From `first` up to `peak`, then down to `last`, as PyTorch places the two ends of the phases.
fn one_cycle([first, peak, last]: [f64; 3], step: u64, steps: u64, share: f64) -> f64 {
    let end = steps as f64 - 1.;
    let top = share * steps as f64 - 1.;
    let t = (step as f64).min(end);
    if t <= top {
        return half_cosine(first, peak, if top > 0. { t / top } else { 1. });
    }
    half_cosine(peak, last, ((t - top) / (end - top)).clamp(0., 1.))
}

fn half_cosine(from: f64, to: f64, share: f64) -> f64 {
    to + (from - to) / 2. * (1. + (PI * share).cos())
}

#[cfg(test)]
mod tests;
