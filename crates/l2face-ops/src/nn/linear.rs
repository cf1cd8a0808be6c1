//! The fully connected layer: candle's own, with Caffe's initial values.
use super::xavier;
use candle_core::Result;
use candle_nn::{Init, VarBuilder};

pub use candle_nn::Linear;

/// Variables `weight` (outputs, inputs), xavier, and, if asked for, `bias` (outputs), 0.
///
/// # Errors
/// When `vb` has a variable of another shape or lacks one.
pub fn linear(inputs: usize, outputs: usize, bias: bool, vb: VarBuilder<'_>) -> Result<Linear> {
    let weight = vb.get_with_hints((outputs, inputs), "weight", xavier(inputs))?;
    let bias = bias.then(|| vb.get_with_hints(outputs, "bias", Init::Const(0.))).transpose()?;
    Ok(Linear::new(weight, bias))
}
