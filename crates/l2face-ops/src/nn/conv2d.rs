//! A convolution layer.
use super::{BatchNorm, Prelu};
use crate::{bias_prelu, conv2d_bias_prelu, conv2d_grouped, ConvStep};
use candle_core::{bail, Module, Result, Tensor};
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
    /// Groups of channels that do not see each other; 1 for a plain convolution.
    pub groups: usize,
    /// Whether there is a bias.
    pub bias: bool,
}

impl Conv2dConfig {
    /// Numbers that one output value is computed from.
    pub fn fan_in(&self) -> usize {
        self.inputs / self.groups.max(1) * self.kernel * self.kernel
    }
}

/// Variables `weight` (outputs, inputs / groups, kernel, kernel) and, if asked for, `bias` (outputs).
#[derive(Clone, Debug)]
pub struct Conv2d {
    weight: Tensor,
    bias: Option<Tensor>,
    stride: usize,
    padding: usize,
    groups: usize,
    name: String,
}

impl Conv2d {
    /// A layer whose weights start from `init` and whose bias starts at 0.
    ///
    /// # Errors
    /// When `vb` has a variable of another shape or lacks one, or the groups do not divide the channels.
    pub fn new(config: Conv2dConfig, init: Init, vb: VarBuilder<'_>) -> Result<Self> {
        let Conv2dConfig { inputs, outputs, groups, .. } = config;
        if groups == 0 || inputs % groups != 0 || outputs % groups != 0 {
            bail!("conv2d: {groups} groups do not divide {inputs} input and {outputs} output channels");
        }
        let shape = (outputs, inputs / groups, config.kernel, config.kernel);
        let (name, weight) = (vb.prefix(), vb.get_with_hints(shape, "weight", init)?);
        let bias = config.bias.then(|| vb.get_with_hints(config.outputs, "bias", Init::Const(0.))).transpose()?;
        Ok(Self { weight, bias, stride: config.stride, padding: config.padding, groups, name })
    }

    /// Where its variables stand: `conv1` for `conv1.weight`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its sizes.
    ///
    /// # Errors
    /// None: the weights have four axes since they were made.
    pub fn config(&self) -> Result<Conv2dConfig> {
        let (outputs, per_group, kernel, _) = self.weight.dims4()?;
        let Self { stride, padding, groups, bias, .. } = self;
        let (stride, padding, groups, bias) = (*stride, *padding, *groups, bias.is_some());
        Ok(Conv2dConfig { inputs: per_group * groups, outputs, kernel, stride, padding, groups, bias })
    }

    /// PReLU of the layer's output; with a bias and without groups in one node of the graph.
    ///
    /// # Errors
    /// As [`crate::conv2d_bias_prelu`].
    pub fn forward_prelu(&self, x: &Tensor, prelu: &Prelu) -> Result<Tensor> {
        match &self.bias {
            Some(bias) if self.groups == 1 => {
                conv2d_bias_prelu(x, &self.weight, bias, prelu.slope(), self.stride, self.padding)
            }
            Some(bias) => bias_prelu(&self.forward_without_bias(x)?, bias, prelu.slope()),
            None => prelu.forward(&self.forward_without_bias(x)?),
        }
    }

    /// This layer and the batch normalisation after it as one, for evaluation: its weights are constants.
    ///
    /// # Errors
    /// When the layer has a bias, or `norm` another number of channels.
    pub fn folded(&self, norm: &BatchNorm) -> Result<Self> {
        if self.bias.is_some() {
            bail!("a convolution with a bias cannot be folded: the normalisation after it takes the bias away");
        }
        let (weight, bias) = norm.fold_into(&self.weight)?;
        Ok(Self { weight, bias: Some(bias), ..self.clone() })
    }

    /// This layer without its bias, the batch normalisation after it and PReLU if a slope is given, in one node of the graph.
    ///
    /// # Errors
    /// As [`crate::conv2d_batch_norm`].
    pub fn forward_norm(&self, x: &Tensor, norm: &BatchNorm, slope: Option<&Tensor>, train: bool) -> Result<Tensor> {
        let step = ConvStep { stride: self.stride, padding: self.padding, groups: self.groups };
        norm.forward_conv(x, &self.weight, step, slope, train)
    }

    /// The convolution alone.
    ///
    /// # Errors
    /// As [`conv2d_grouped`].
    pub fn forward_without_bias(&self, x: &Tensor) -> Result<Tensor> {
        conv2d_grouped(x, &self.weight, self.stride, self.padding, self.groups)
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
