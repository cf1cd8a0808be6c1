//! The two building blocks: convolution with activation, and the residual unit.
use crate::conv_norm::ConvNorm;
use crate::pass::{Activation, Pass};
use crate::plan::{Step, KERNEL};
use candle_core::Result;
use candle_nn::{Init, VarBuilder};
use l2face_ops::nn::{gaussian, xavier, Conv2d, Conv2dConfig, Prelu};

/// Standard deviation of a residual convolution's first weights (the center-loss paper's solver).
const RESIDUAL_STDEV: f64 = 0.01;

/// A 3x3 convolution, then bias or batch normalisation, then PReLU.
#[derive(Clone, Debug)]
pub(crate) struct ConvBlock {
    conv: Inner,
    prelu: Prelu,
}

#[derive(Clone, Debug)]
enum Inner {
    Bias(Conv2d),
    Norm(ConvNorm),
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
        let (channels, conv_vb) = (config.outputs, vb.pp(format!("conv{tag}")));
        let conv = match norm {
            true => Inner::Norm(ConvNorm::new(config, init, conv_vb, vb.pp(format!("bn{tag}")))?),
            false => Inner::Bias(Conv2d::new(config, init, conv_vb)?),
        };
        Ok(Self { conv, prelu: Prelu::new(channels, vb.pp(format!("prelu{tag}")))? })
    }

    /// The same in evaluation, as one convolution.
    pub fn folded(&self) -> Result<Self> {
        let conv = match &self.conv {
            Inner::Norm(conv) => Inner::Norm(conv.folded()?),
            Inner::Bias(conv) => Inner::Bias(conv.clone()),
        };
        Ok(Self { conv, prelu: self.prelu.clone() })
    }

    pub fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        match &self.conv {
            Inner::Bias(conv) => pass.conv_prelu(x, conv, &self.prelu),
            Inner::Norm(conv) => pass.conv_norm(x, conv, Activation::Prelu(&self.prelu)),
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

    pub fn folded(&self) -> Result<Self> {
        Ok(Self { first: self.first.folded()?, second: self.second.folded()? })
    }

    pub fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        let y = self.first.run(pass, x)?;
        let y = self.second.run(pass, &y)?;
        pass.add(x, &y)
    }
}
