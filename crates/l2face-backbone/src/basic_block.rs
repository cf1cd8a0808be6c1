//! The residual block of ResNet-18 and 34.
use crate::conv_norm::{he, shortcut, ConvNorm};
use crate::pass::{Activation, Pass};
use candle_core::Result;
use candle_nn::VarBuilder;
use l2face_ops::nn::Conv2dConfig;

/// Two 3x3 convolutions, the first with the stride, beside a shortcut, which is a 1x1 convolution where sizes change.
#[derive(Clone, Debug)]
pub(crate) struct BasicBlock {
    first: ConvNorm,
    second: ConvNorm,
    shortcut: Option<ConvNorm>,
}

impl BasicBlock {
    /// Variables `conv{1,2}.weight`, `bn{1,2}.*`, `downsample.0.weight`, `downsample.1.*`.
    pub fn new(inputs: usize, outputs: usize, stride: usize, vb: &VarBuilder<'_>) -> Result<Self> {
        let conv = |i: usize, inputs, stride| {
            let sizes = Conv2dConfig { inputs, outputs, kernel: 3, stride, padding: 1, groups: 1, bias: false };
            ConvNorm::new(sizes, he(&sizes), vb.pp(format!("conv{i}")), vb.pp(format!("bn{i}")))
        };
        Ok(Self {
            first: conv(1, inputs, stride)?,
            second: conv(2, outputs, 1)?,
            shortcut: shortcut(inputs, outputs, stride, he, vb)?,
        })
    }

    pub fn for_inference(&self) -> Result<Self> {
        let shortcut = self.shortcut.as_ref().map(ConvNorm::folded).transpose()?;
        Ok(Self { first: self.first.folded()?, second: self.second.folded()?, shortcut })
    }

    pub fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        let y = pass.conv_norm(x, &self.first, Activation::Relu)?;
        let y = pass.conv_norm(&y, &self.second, Activation::None)?;
        match &self.shortcut {
            None => pass.add_relu(&y, x),
            Some(shortcut) => {
                let x = pass.conv_norm(x, shortcut, Activation::None)?;
                pass.add_relu(&y, &x)
            }
        }
    }
}
