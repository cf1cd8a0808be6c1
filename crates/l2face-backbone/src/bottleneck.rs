//! The residual block of ResNet-50, 101 and 152, and with groups that of ResNeXt.
use crate::conv_norm::{he, shortcut, ConvNorm};
use crate::pass::{Activation, Compute, Pass};
use candle_core::{Result, Tensor};
use candle_nn::{ModuleT, VarBuilder};
use l2face_ops::nn::Conv2dConfig;

/// How many times wider a block's output is than its third of a stage's width.
pub(crate) const EXPANSION: usize = 4;

/// Sizes of one [`Bottleneck`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BottleneckSizes {
    /// Input channels.
    pub inputs: usize,
    /// Channels of the 3x3 convolution.
    pub width: usize,
    /// Output channels.
    pub outputs: usize,
    /// Step of the 3x3 convolution and of the shortcut.
    pub stride: usize,
    /// Groups of the 3x3 convolution.
    pub groups: usize,
}

/// 1x1, 3x3 (with the stride, as in torchvision) and 1x1 convolutions beside a shortcut, which is a 1x1 convolution where sizes change.
#[derive(Clone, Debug)]
pub struct Bottleneck {
    convs: [ConvNorm; 3],
    shortcut: Option<ConvNorm>,
}

impl Bottleneck {
    /// Variables `conv{1,2,3}.weight`, `bn{1,2,3}.*`, `downsample.0.weight`, `downsample.1.*`.
    ///
    /// # Errors
    /// Groups that do not divide the width; a variable that is missing or of another shape.
    pub fn new(s: BottleneckSizes, vb: &VarBuilder<'_>) -> Result<Self> {
        let conv = |i: usize, inputs, outputs, kernel: usize, stride, groups| {
            let sizes = Conv2dConfig { inputs, outputs, kernel, stride, padding: kernel / 2, groups, bias: false };
            ConvNorm::new(sizes, he(&sizes), vb.pp(format!("conv{i}")), vb.pp(format!("bn{i}")))
        };
        let convs = [
            conv(1, s.inputs, s.width, 1, 1, 1)?,
            conv(2, s.width, s.width, 3, s.stride, s.groups)?,
            conv(3, s.width, s.outputs, 1, 1, 1)?,
        ];
        Ok(Self { convs, shortcut: shortcut(s.inputs, s.outputs, s.stride, he, vb)? })
    }

    /// The same block for evaluation only: batch normalisation is folded into the convolutions, whose weights are constants.
    ///
    /// # Errors
    /// None but those of the device.
    pub fn for_inference(&self) -> Result<Self> {
        let [first, second, third] = &self.convs;
        let shortcut = self.shortcut.as_ref().map(ConvNorm::folded).transpose()?;
        Ok(Self { convs: [first.folded()?, second.folded()?, third.folded()?], shortcut })
    }

    pub(crate) fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        let [first, second, third] = &self.convs;
        let y = pass.conv_norm(x, first, Activation::Relu)?;
        let y = pass.conv_norm(&y, second, Activation::Relu)?;
        let y = pass.conv_norm(&y, third, Activation::None)?;
        match &self.shortcut {
            None => pass.add_relu(&y, x),
            Some(shortcut) => {
                let x = pass.conv_norm(x, shortcut, Activation::None)?;
                pass.add_relu(&y, &x)
            }
        }
    }
}

impl ModuleT for Bottleneck {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        self.run(&mut Compute { train }, x)
    }
}
