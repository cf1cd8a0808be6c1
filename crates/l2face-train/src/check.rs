//! Range checks shared by the settings of this crate.

use crate::{Result, TrainError};

/// The loss itself if it is finite, an error otherwise; call it before the backward pass.
pub fn finite_loss(loss: f64) -> Result<f64> {
    if loss.is_finite() {
        return Ok(loss);
    }
    Err(TrainError::NonFinite { what: "the loss".into(), value: loss })
}

pub(crate) fn setting(ok: bool, name: &'static str, value: impl std::fmt::Display, rule: &'static str) -> Result<()> {
    if ok {
        return Ok(());
    }
    Err(TrainError::Setting { name, value: value.to_string(), rule })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_must_be_finite() {
        assert_eq!(finite_loss(2.5).unwrap(), 2.5);
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let message = finite_loss(bad).unwrap_err().to_string();
            assert!(message.starts_with("the loss is not finite"), "{message}");
        }
    }
}
