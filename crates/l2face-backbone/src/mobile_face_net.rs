//! MobileFaceNet (Chen et al., arXiv 1804.07573) in the sizes and by the names of InsightFace's `mobilefacenet.py`.
use crate::conv_norm::{he, ConvNorm};
use crate::dense::Dense;
use crate::pass::{Activation, Compute, Pass};
use candle_core::{bail, Result, Tensor};
use candle_nn::{ModuleT, VarBuilder};
use l2face_ops::nn::{BatchNorm, Conv2dConfig, Prelu};
use l2face_ops::BatchNormConfig;
use serde::{Deserialize, Serialize};

/// Channels before the last map is gathered.
const GATHERED: usize = 512;
/// Height and width of the last map, which one convolution takes whole.
const LAST: usize = 7;

/// Sizes of a [`MobileFaceNet`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MobileFaceNetConfig {
    /// Height of the input image in pixels, 97 to 112.
    pub height: usize,
    /// Width of the input image in pixels, 97 to 112.
    pub width: usize,
    /// Residual blocks of the four stages; 1 in the first means a single depthwise convolution there, as in the paper.
    pub blocks: [usize; 4],
    /// Channels of the first stage are 64 times this.
    pub scale: usize,
    /// Length of the embedding.
    pub embedding: usize,
}

impl MobileFaceNetConfig {
    /// InsightFace's `mbf`: 112x112, 512-D.
    pub fn mbf() -> Self {
        Self { height: 112, width: 112, blocks: [1, 4, 6, 2], scale: 2, embedding: 512 }
    }

    /// InsightFace's `mbf_large`.
    pub fn mbf_large() -> Self {
        Self { blocks: [2, 8, 12, 4], scale: 4, ..Self::mbf() }
    }

    fn check(&self) -> Result<()> {
        if self.scale == 0 || self.embedding == 0 || self.blocks.contains(&0) {
            bail!("mobilefacenet: blocks, scale and embedding must be positive, got {self:?}");
        }
        if self.last_map() != [LAST; 2] {
            bail!(
                "mobilefacenet: its last convolution is 7x7, so the image must be 97 to 112 pixels high and wide, got {}x{}",
                self.height,
                self.width
            );
        }
        Ok(())
    }

    /// Height and width of the last map: halved four times.
    fn last_map(&self) -> [usize; 2] {
        [self.height, self.width].map(|size| (0..4).fold(size, |size, _| size.div_ceil(2)))
    }
}

/// Convolution, batch norm, PReLU: `layers.{0,1,2}`.
#[derive(Clone, Debug)]
struct ConvBlock {
    conv: ConvNorm,
    prelu: Prelu,
}

fn sizes(inputs: usize, outputs: usize, kernel: usize, stride: usize, groups: usize) -> Conv2dConfig {
    Conv2dConfig { inputs, outputs, kernel, stride, padding: kernel / 2, groups, bias: false }
}

fn conv_norm(sizes: Conv2dConfig, vb: &VarBuilder<'_>) -> Result<ConvNorm> {
    ConvNorm::new(sizes, he(&sizes), vb.pp("layers.0"), vb.pp("layers.1"))
}

impl ConvBlock {
    fn new(sizes: Conv2dConfig, vb: &VarBuilder<'_>) -> Result<Self> {
        Ok(Self { conv: conv_norm(sizes, vb)?, prelu: Prelu::new(sizes.outputs, vb.pp("layers.2"))? })
    }

    fn folded(&self) -> Result<Self> {
        Ok(Self { conv: self.conv.folded()?, prelu: self.prelu.clone() })
    }

    fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        pass.conv_norm(x, &self.conv, Activation::Prelu(&self.prelu))
    }
}

/// 1x1 to `groups` channels, a depthwise 3x3 with the stride, 1x1 back: `layers.{0,1,2}`; the input is added where `residual`.
#[derive(Clone, Debug)]
struct DepthWise {
    widen: ConvBlock,
    depthwise: ConvBlock,
    narrow: ConvNorm,
    residual: bool,
}

impl DepthWise {
    fn new(
        inputs: usize,
        outputs: usize,
        stride: usize,
        groups: usize,
        residual: bool,
        vb: &VarBuilder<'_>,
    ) -> Result<Self> {
        Ok(Self {
            widen: ConvBlock::new(sizes(inputs, groups, 1, 1, 1), &vb.pp("layers.0"))?,
            depthwise: ConvBlock::new(sizes(groups, groups, 3, stride, groups), &vb.pp("layers.1"))?,
            narrow: conv_norm(sizes(groups, outputs, 1, 1, 1), &vb.pp("layers.2"))?,
            residual,
        })
    }

    fn folded(&self) -> Result<Self> {
        Ok(Self {
            widen: self.widen.folded()?,
            depthwise: self.depthwise.folded()?,
            narrow: self.narrow.folded()?,
            residual: self.residual,
        })
    }

    fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        let y = self.widen.run(pass, x)?;
        let y = self.depthwise.run(pass, &y)?;
        let y = pass.conv_norm(&y, &self.narrow, Activation::None)?;
        match self.residual {
            true => pass.add(x, &y),
            false => Ok(y),
        }
    }
}

#[derive(Clone, Debug)]
enum Layer {
    Conv(Box<ConvBlock>),
    Depth(Box<DepthWise>),
}

impl Layer {
    fn folded(&self) -> Result<Self> {
        Ok(match self {
            Self::Conv(block) => Self::Conv(Box::new(block.folded()?)),
            Self::Depth(block) => Self::Depth(Box::new(block.folded()?)),
        })
    }

    fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        match self {
            Self::Conv(block) => block.run(pass, x),
            Self::Depth(block) => block.run(pass, x),
        }
    }
}

/// (N, 3, height, width) to (N, embedding).
///
/// Variables: `layers.{i}.layers...`, `conv_sep.layers.{0,1,2}.*`, `features.layers.{0,2,3}...`, as in InsightFace.
#[derive(Clone, Debug)]
pub struct MobileFaceNet {
    layers: Vec<Layer>,
    separate: ConvBlock,
    gather: ConvNorm,
    fc: Dense,
    norm: BatchNorm,
    image: [usize; 3],
}

/// `count` residual blocks at `layers.0`, `layers.1`, ... of `vb`.
fn stage(channels: usize, count: usize, groups: usize, vb: &VarBuilder<'_>) -> Result<Vec<Layer>> {
    let block = |i| {
        DepthWise::new(channels, channels, 1, groups, true, &vb.pp(format!("layers.{i}")))
            .map(|block| Layer::Depth(Box::new(block)))
    };
    (0..count).map(block).collect()
}

impl MobileFaceNet {
    /// Builds the network on the variables of `vb`, creating them where the builder does.
    ///
    /// # Errors
    /// Sizes of 0, an image of another size than the last convolution allows; a variable that is missing or of another shape.
    pub fn new(config: &MobileFaceNetConfig, vb: VarBuilder<'_>) -> Result<Self> {
        config.check()?;
        let (narrow, wide) = (64 * config.scale, 128 * config.scale);
        let at = |i: usize| vb.pp(format!("layers.{i}"));
        let reduce = |i, inputs, outputs, groups| {
            DepthWise::new(inputs, outputs, 2, groups, false, &at(i)).map(|block| vec![Layer::Depth(Box::new(block))])
        };
        let first = || match config.blocks[0] {
            1 => Ok(vec![Layer::Conv(Box::new(ConvBlock::new(sizes(narrow, narrow, 3, 1, 64), &at(1))?))]),
            count => stage(narrow, count, 128, &at(1)),
        };
        let layers = [
            vec![Layer::Conv(Box::new(ConvBlock::new(sizes(3, narrow, 3, 2, 1), &at(0))?))],
            first()?,
            reduce(2, narrow, narrow, 128)?,
            stage(narrow, config.blocks[1], 128, &at(3))?,
            reduce(4, narrow, wide, 256)?,
            stage(wide, config.blocks[2], 256, &at(5))?,
            reduce(6, wide, wide, 512)?,
            stage(wide, config.blocks[3], 256, &at(7))?,
        ];
        let (end, gather) = (vb.pp("features"), sizes(GATHERED, GATHERED, LAST, 1, GATHERED));
        Ok(Self {
            layers: layers.into_iter().flatten().collect(),
            separate: ConvBlock::new(sizes(wide, GATHERED, 1, 1, 1), &vb.pp("conv_sep"))?,
            gather: conv_norm(Conv2dConfig { padding: 0, ..gather }, &end.pp("layers.0"))?,
            fc: Dense::new(GATHERED, config.embedding, false, end.pp("layers.2"))?,
            norm: BatchNorm::new(config.embedding, BatchNormConfig::default(), end.pp("layers.3"))?,
            image: [3, config.height, config.width],
        })
    }

    /// The same network for evaluation only: batch normalisation is folded into the convolutions, whose weights are constants.
    ///
    /// # Errors
    /// None but those of the device.
    pub fn for_inference(&self) -> Result<Self> {
        let layers = self.layers.iter().map(Layer::folded).collect::<Result<_>>()?;
        Ok(Self { layers, separate: self.separate.folded()?, gather: self.gather.folded()?, ..self.clone() })
    }

    pub(crate) fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        let mut x = x.clone();
        for layer in &self.layers {
            x = layer.run(pass, &x)?;
        }
        let x = self.separate.run(pass, &x)?;
        let x = pass.conv_norm(&x, &self.gather, Activation::None)?;
        let x = pass.flatten(&x)?;
        let x = pass.dense(&x, &self.fc)?;
        pass.batch_norm(&x, &self.norm)
    }
}

impl ModuleT for MobileFaceNet {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        if x.rank() != 4 || x.dims()[1..] != self.image {
            bail!("mobilefacenet: expected images (N, {:?}), got {:?}", self.image, x.dims());
        }
        self.run(&mut Compute { train }, x)
    }
}
