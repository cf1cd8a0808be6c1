//! The residual block of ResNet-50, 101 and 152, and with groups that of ResNeXt.
use candle_core::{Result, Tensor};
use candle_nn::{Init, ModuleT, VarBuilder};
use l2face_ops::nn::{BatchNorm, Conv2d, Conv2dConfig, Prelu};
use l2face_ops::{add_relu, BatchNormConfig};

/// How many times wider a block's output is than its third of a stage's width.
pub(crate) const EXPANSION: usize = 4;

/// A convolution without bias, then batch normalisation.
#[derive(Clone, Debug)]
pub(crate) struct ConvNorm {
    conv: Conv2d,
    after: After,
}

/// What follows the convolution.
#[derive(Clone, Debug)]
enum After {
    Norm(BatchNorm),
    /// Nothing: the weights and the bias of the convolution do the work of the normalisation, too.
    Folded {
        relu: Prelu,
        identity: Prelu,
    },
}

impl ConvNorm {
    /// `sizes` without its bias and initial value: He's normal over the outputs, as the paper of ResNet has it.
    pub fn new(sizes: Conv2dConfig, conv: VarBuilder<'_>, norm: VarBuilder<'_>) -> Result<Self> {
        let fan_out = sizes.outputs * sizes.kernel * sizes.kernel;
        let init = Init::Randn { mean: 0., stdev: (2. / fan_out as f64).sqrt() };
        Ok(Self {
            conv: Conv2d::new(Conv2dConfig { bias: false, ..sizes }, init, conv)?,
            after: After::Norm(BatchNorm::new(sizes.outputs, BatchNormConfig::default(), norm)?),
        })
    }

    pub fn forward_relu(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        match &self.after {
            After::Norm(norm) => self.conv.forward_norm(x, norm, Some(&norm.relu_slope()?), train),
            After::Folded { relu, .. } => self.conv.forward_prelu(x, relu),
        }
    }

    /// The same in evaluation, as one convolution.
    pub fn folded(&self) -> Result<Self> {
        let After::Norm(norm) = &self.after else { return Ok(self.clone()) };
        let zeros = norm.relu_slope()?;
        let identity = Prelu::from_slope(zeros.ones_like()?);
        Ok(Self { conv: self.conv.folded(norm)?, after: After::Folded { relu: Prelu::from_slope(zeros), identity } })
    }
}

impl ModuleT for ConvNorm {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        match &self.after {
            After::Norm(norm) => self.conv.forward_norm(x, norm, None, train),
            After::Folded { identity, .. } => self.conv.forward_prelu(x, identity),
        }
    }
}

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
            ConvNorm::new(sizes, vb.pp(format!("conv{i}")), vb.pp(format!("bn{i}")))
        };
        let shortcut = || {
            let (inputs, outputs, stride) = (s.inputs, s.outputs, s.stride);
            let sizes = Conv2dConfig { inputs, outputs, kernel: 1, stride, padding: 0, groups: 1, bias: false };
            ConvNorm::new(sizes, vb.pp("downsample.0"), vb.pp("downsample.1"))
        };
        let convs = [
            conv(1, s.inputs, s.width, 1, 1, 1)?,
            conv(2, s.width, s.width, 3, s.stride, s.groups)?,
            conv(3, s.width, s.outputs, 1, 1, 1)?,
        ];
        let changes = s.stride != 1 || s.inputs != s.outputs;
        Ok(Self { convs, shortcut: changes.then(shortcut).transpose()? })
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
}

impl ModuleT for Bottleneck {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        let [first, second, third] = &self.convs;
        let y = second.forward_relu(&first.forward_relu(x, train)?, train)?;
        let y = third.forward_t(&y, train)?;
        match &self.shortcut {
            None => add_relu(&y, x),
            Some(shortcut) => add_relu(&y, &shortcut.forward_t(x, train)?),
        }
    }
}
