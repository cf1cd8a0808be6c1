//! A convolution without bias, then batch normalisation: what most networks are made of.
use crate::pass::Activation;
use candle_core::{Result, Tensor};
use candle_nn::{Init, VarBuilder};
use l2face_ops::nn::{gaussian, BatchNorm, Conv2d, Conv2dConfig, Prelu};
use l2face_ops::BatchNormConfig;

/// He's normal over the outputs, as the paper of ResNet has it.
pub(crate) fn he(sizes: &Conv2dConfig) -> Init {
    gaussian((2. / (sizes.outputs * sizes.kernel * sizes.kernel) as f64).sqrt())
}

/// The way around a residual block: a 1x1 convolution, `downsample.0` and `downsample.1`, where sizes change.
pub(crate) fn shortcut(
    inputs: usize,
    outputs: usize,
    stride: usize,
    init: impl Fn(&Conv2dConfig) -> Init,
    vb: &VarBuilder<'_>,
) -> Result<Option<ConvNorm>> {
    if stride == 1 && inputs == outputs {
        return Ok(None);
    }
    let sizes = Conv2dConfig { inputs, outputs, kernel: 1, stride, padding: 0, groups: 1, bias: false };
    ConvNorm::new(sizes, init(&sizes), vb.pp("downsample.0"), vb.pp("downsample.1")).map(Some)
}

/// A convolution without bias, then batch normalisation.
#[derive(Clone, Debug)]
pub(crate) struct ConvNorm {
    conv: Conv2d,
    /// None once the convolution's weights and bias do its work, too.
    norm: Option<BatchNorm>,
    relu: Prelu,
    identity: Prelu,
}

impl ConvNorm {
    /// `sizes` without its bias.
    pub fn new(sizes: Conv2dConfig, init: Init, conv: VarBuilder<'_>, norm: VarBuilder<'_>) -> Result<Self> {
        let norm = BatchNorm::new(sizes.outputs, BatchNormConfig::default(), norm)?;
        let zeros = norm.relu_slope()?;
        Ok(Self {
            conv: Conv2d::new(Conv2dConfig { bias: false, ..sizes }, init, conv)?,
            norm: Some(norm),
            identity: Prelu::from_slope(zeros.ones_like()?),
            relu: Prelu::from_slope(zeros),
        })
    }

    pub fn forward(&self, x: &Tensor, activation: Activation<'_>, train: bool) -> Result<Tensor> {
        let prelu = match activation {
            Activation::None => None,
            Activation::Relu => Some(&self.relu),
            Activation::Prelu(prelu) => Some(prelu),
        };
        match &self.norm {
            Some(norm) => self.conv.forward_norm(x, norm, prelu.map(Prelu::slope), train),
            None => self.conv.forward_prelu(x, prelu.unwrap_or(&self.identity)),
        }
    }

    /// The convolution, and the normalisation unless it is folded.
    pub fn parts(&self) -> (&Conv2d, Option<&BatchNorm>) {
        (&self.conv, self.norm.as_ref())
    }

    /// The same in evaluation, as one convolution.
    pub fn folded(&self) -> Result<Self> {
        match &self.norm {
            Some(norm) => Ok(Self { conv: self.conv.folded(norm)?, norm: None, ..self.clone() }),
            None => Ok(self.clone()),
        }
    }
}
