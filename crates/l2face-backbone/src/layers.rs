//! The two building blocks: convolution with activation, and the residual unit.
use crate::plan::{Step, KERNEL};
use candle_core::{Result, Tensor};
use candle_nn::{Init, ModuleT, VarBuilder};
use l2face_ops::nn::{gaussian, xavier, BatchNorm, Conv2d, Conv2dConfig, Prelu};
use l2face_ops::BatchNormConfig;

/// Standard deviation of a residual convolution's first weights (the center-loss paper's solver).
const RESIDUAL_STDEV: f64 = 0.01;

/// A 3x3 convolution, then bias or batch normalisation, then PReLU.
#[derive(Clone, Debug)]
pub(crate) struct ConvBlock {
    conv: Conv2d,
    norm: Option<BatchNorm>,
    prelu: Prelu,
}

impl ConvBlock {
    /// A plain convolution named `conv{tag}`, with `bn{tag}` and `prelu{tag}`.
    pub fn plain(step: &Step, tag: &str, padding: usize, norm: bool, vb: &VarBuilder<'_>) -> Result<Self> {
        let config = Conv2dConfig {
            inputs: step.input[0],
            outputs: step.output[0],
            kernel: KERNEL,
            stride: 1,
            padding,
            groups: 1,
            bias: !norm,
        };
        Self::new(config, xavier(config.fan_in()), tag, norm, vb)
    }

    /// One of the two convolutions of a unit.
    fn residual(channels: usize, tag: &str, norm: bool, vb: &VarBuilder<'_>) -> Result<Self> {
        let config = Conv2dConfig {
            inputs: channels,
            outputs: channels,
            kernel: KERNEL,
            stride: 1,
            padding: 1,
            groups: 1,
            bias: !norm,
        };
        // Batch normalisation undoes the small scale and would only raise the effective rate.
        let init = match norm {
            true => xavier(config.fan_in()),
            false => gaussian(RESIDUAL_STDEV),
        };
        Self::new(config, init, tag, norm, vb)
    }

    fn new(config: Conv2dConfig, init: Init, tag: &str, norm: bool, vb: &VarBuilder<'_>) -> Result<Self> {
        let channels = config.outputs;
        let batch_norm = || BatchNorm::new(channels, BatchNormConfig::default(), vb.pp(format!("bn{tag}")));
        Ok(Self {
            conv: Conv2d::new(config, init, vb.pp(format!("conv{tag}")))?,
            norm: norm.then(batch_norm).transpose()?,
            prelu: Prelu::new(channels, vb.pp(format!("prelu{tag}")))?,
        })
    }
}

impl ModuleT for ConvBlock {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        match &self.norm {
            None => self.conv.forward_prelu(x, &self.prelu),
            Some(norm) => self.conv.forward_norm(x, norm, Some(self.prelu.slope()), train),
        }
    }
}

/// x + block(block(x)).
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    first: ConvBlock,
    second: ConvBlock,
}

impl Unit {
    pub fn new(channels: usize, norm: bool, vb: &VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            first: ConvBlock::residual(channels, "1", norm, vb)?,
            second: ConvBlock::residual(channels, "2", norm, vb)?,
        })
    }
}

impl ModuleT for Unit {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        let y = self.first.forward_t(x, train)?;
        x + self.second.forward_t(&y, train)?
    }
}
