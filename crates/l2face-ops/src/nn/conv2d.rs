//! A convolution layer.
use super::Prelu;
use crate::{conv2d, conv2d_bias_prelu};
use candle_core::{Module, Result, Tensor};
use candle_nn::{Init, VarBuilder};

/// Sizes of a convolution layer with a square kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv2dConfig {
    /// Input channels.
    pub inputs: usize,
    /// Output channels.
    pub outputs: usize,
    /// Height and width of the kernel.
    pub kernel: usize,
    /// Step between output pixels.
    pub stride: usize,
    /// Zeros around the input.
    pub padding: usize,
    /// Whether there is a bias.
    pub bias: bool,
}

impl Conv2dConfig {
    /// Numbers that one output value is computed from.
    pub fn fan_in(&self) -> usize {
        self.inputs * self.kernel * self.kernel
    }
}

/// Variables `weight` (outputs, inputs, kernel, kernel) and, if asked for, `bias` (outputs).
#[derive(Clone, Debug)]
pub struct Conv2d {
    weight: Tensor,
    bias: Option<Tensor>,
    stride: usize,
    padding: usize,
}

impl Conv2d {
    /// A layer whose weights start from `init` and whose bias starts at 0.
    ///
    /// # Errors
    /// When `vb` has a variable of another shape or lacks one.
    pub fn new(config: Conv2dConfig, init: Init, vb: VarBuilder<'_>) -> Result<Self> {
        let shape = (config.outputs, config.inputs, config.kernel, config.kernel);
        let weight = vb.get_with_hints(shape, "weight", init)?;
        let bias = config.bias.then(|| vb.get_with_hints(config.outputs, "bias", Init::Const(0.))).transpose()?;
        Ok(Self { weight, bias, stride: config.stride, padding: config.padding })
    }

    /// PReLU of the layer's output, in one node of the graph.
    ///
    /// # Errors
    /// As [`crate::conv2d_bias_prelu`].
    pub fn forward_prelu(&self, x: &Tensor, prelu: &Prelu) -> Result<Tensor> {
        match &self.bias {
            Some(bias) => conv2d_bias_prelu(x, &self.weight, bias, prelu.slope(), self.stride, self.padding),
            None => prelu.forward(&self.forward_without_bias(x)?),
        }
    }

    /// The convolution alone.
    ///
    /// # Errors
    /// As [`crate::conv2d`].
    pub fn forward_without_bias(&self, x: &Tensor) -> Result<Tensor> {
        conv2d(x, &self.weight, self.stride, self.padding)
    }
}

impl Module for Conv2d {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = self.forward_without_bias(x)?;
        match &self.bias {
            None => Ok(y),
            Some(bias) => y.broadcast_add(&bias.reshape((1, (), 1, 1))?),
        }
    }
}
