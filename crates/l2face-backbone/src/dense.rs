//! A fully connected layer that knows its name.
use candle_core::{Module, Result, Tensor};
use candle_nn::VarBuilder;
use l2face_ops::nn::{linear, Linear};

/// Variables `weight` (outputs, inputs) and, if asked for, `bias` (outputs).
#[derive(Clone, Debug)]
pub(crate) struct Dense {
    linear: Linear,
    name: String,
}

impl Dense {
    pub fn new(inputs: usize, outputs: usize, bias: bool, vb: VarBuilder<'_>) -> Result<Self> {
        Ok(Self { name: vb.prefix(), linear: linear(inputs, outputs, bias, vb)? })
    }

    /// Where its variables stand: `fc` for `fc.weight`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Outputs and inputs, and whether there is a bias.
    pub fn sizes(&self) -> (&[usize], bool) {
        (self.linear.weight().dims(), self.linear.bias().is_some())
    }
}

impl Module for Dense {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.linear.forward(x)
    }
}
