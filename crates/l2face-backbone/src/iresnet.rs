//! IResNet, the "improved" residual network of ArcFace (Deng et al., arXiv 1801.07698) and of InsightFace's published weights.
use crate::conv_norm::{shortcut, ConvNorm};
use crate::dense::Dense;
use crate::dropout::Dropout;
use crate::pass::{Activation, Compute, Pass};
use candle_core::{bail, Result, Tensor};
use candle_nn::{Init, ModuleT, VarBuilder};
use l2face_ops::nn::{gaussian, BatchNorm, Conv2dConfig, Prelu};
use l2face_ops::BatchNormConfig;
use serde::{Deserialize, Serialize};

/// Output channels of the four stages.
const WIDTHS: [usize; 4] = [64, 128, 256, 512];

/// Sizes of an [`IResNet`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IResNetConfig {
    /// Height of the input image in pixels.
    pub height: usize,
    /// Width of the input image in pixels.
    pub width: usize,
    /// Blocks of the four stages; each stage halves the map.
    pub blocks: [usize; 4],
    /// The way around a block whose sizes change.
    #[serde(default)]
    pub shortcut: IResNetShortcut,
    /// Length of the embedding.
    pub embedding: usize,
    /// Share of the last map's values that training drops, from 0 to below 1.
    pub dropout: f64,
    /// Seed of the dropped places.
    pub dropout_seed: u64,
}

/// The way around a block whose sizes change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IResNetShortcut {
    /// A 1x1 convolution and batch normalisation wherever the map or the channels change: InsightFace.
    #[default]
    Conv,
    /// Every second pixel where the map changes and the channels do not, which is the first block; a convolution elsewhere: AdaFace, CVLface.
    Subsample,
}

impl IResNetConfig {
    fn of(blocks: [usize; 4]) -> Self {
        Self {
            height: 112,
            width: 112,
            blocks,
            shortcut: IResNetShortcut::Conv,
            embedding: 512,
            dropout: 0.,
            dropout_seed: 0,
        }
    }

    /// IResNet-18: 112x112, 512-D, no dropout, as all four.
    pub fn iresnet18() -> Self {
        Self::of([2, 2, 2, 2])
    }

    /// IResNet-34.
    pub fn iresnet34() -> Self {
        Self::of([3, 4, 6, 3])
    }

    /// IResNet-50.
    pub fn iresnet50() -> Self {
        Self::of([3, 4, 14, 3])
    }

    /// IResNet-100.
    pub fn iresnet100() -> Self {
        Self::of([3, 13, 30, 3])
    }

    fn check(&self) -> Result<()> {
        if self.height == 0 || self.width == 0 || self.embedding == 0 || self.blocks.contains(&0) {
            bail!("iresnet: height, width, blocks and embedding must be positive, got {self:?}");
        }
        Ok(())
    }

    /// Height and width of the last map.
    fn last_map(&self) -> [usize; 2] {
        [self.height, self.width].map(|size| WIDTHS.iter().fold(size, |size, _| size.div_ceil(2)))
    }
}

/// Batch norm, 3x3, batch norm, PReLU, 3x3 (with the stride), batch norm, beside a shortcut; nothing after the sum.
#[derive(Clone, Debug)]
struct Block {
    norm: BatchNorm,
    first: ConvNorm,
    prelu: Prelu,
    second: ConvNorm,
    shortcut: Option<Shortcut>,
}

#[derive(Clone, Debug)]
enum Shortcut {
    Conv(ConvNorm),
    /// Every pixel of so many.
    Subsample(usize),
}

impl Shortcut {
    fn folded(&self) -> Result<Self> {
        match self {
            Self::Conv(conv) => conv.folded().map(Self::Conv),
            Self::Subsample(step) => Ok(Self::Subsample(*step)),
        }
    }

    fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        match self {
            Self::Conv(conv) => pass.conv_norm(x, conv, Activation::None),
            Self::Subsample(step) => pass.max_pool(x, 1, *step, 0),
        }
    }
}

/// The first weights of every convolution: a standard deviation of 0.1.
fn start(_: &Conv2dConfig) -> Init {
    gaussian(0.1)
}

fn conv3(inputs: usize, outputs: usize, stride: usize) -> Conv2dConfig {
    Conv2dConfig { inputs, outputs, kernel: 3, stride, padding: 1, groups: 1, bias: false }
}

impl Block {
    fn new(inputs: usize, outputs: usize, stride: usize, kind: IResNetShortcut, vb: &VarBuilder<'_>) -> Result<Self> {
        let conv = |i: usize, norm: &str, sizes: Conv2dConfig| {
            ConvNorm::new(sizes, start(&sizes), vb.pp(format!("conv{i}")), vb.pp(norm))
        };
        Ok(Self {
            norm: BatchNorm::new(inputs, BatchNormConfig::default(), vb.pp("bn1"))?,
            first: conv(1, "bn2", conv3(inputs, outputs, 1))?,
            prelu: Prelu::new(outputs, vb.pp("prelu"))?,
            second: conv(2, "bn3", conv3(outputs, outputs, stride))?,
            shortcut: match kind {
                IResNetShortcut::Subsample if inputs == outputs && stride != 1 => Some(Shortcut::Subsample(stride)),
                _ => shortcut(inputs, outputs, stride, start, vb)?.map(Shortcut::Conv),
            },
        })
    }

    fn for_inference(&self) -> Result<Self> {
        let shortcut = self.shortcut.as_ref().map(Shortcut::folded).transpose()?;
        Ok(Self { first: self.first.folded()?, second: self.second.folded()?, shortcut, ..self.clone() })
    }

    fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        let y = pass.batch_norm(x, &self.norm)?;
        let y = pass.conv_norm(&y, &self.first, Activation::Prelu(&self.prelu))?;
        let y = pass.conv_norm(&y, &self.second, Activation::None)?;
        match &self.shortcut {
            None => pass.add(&y, x),
            Some(shortcut) => {
                let x = shortcut.run(pass, x)?;
                pass.add(&y, &x)
            }
        }
    }
}

/// (N, 3, height, width) to (N, embedding).
///
/// Variables by InsightFace's names: `conv1.weight`, `bn1.*`, `prelu.weight`, `layer1.0.{bn1,conv1,bn2,prelu,conv2,bn3}.*`,
/// `layer1.0.downsample.{0,1}.*`, ..., `bn2.*`, `fc.{weight,bias}`, `features.*`. `features.weight` stays at 1, see
/// [`is_frozen`](crate::is_frozen).
#[derive(Clone, Debug)]
pub struct IResNet {
    stem: ConvNorm,
    prelu: Prelu,
    blocks: Vec<Block>,
    norm: BatchNorm,
    dropout: Dropout,
    fc: Dense,
    features: BatchNorm,
    image: [usize; 3],
}

impl IResNet {
    /// Builds the network on the variables of `vb`, creating them where the builder does.
    ///
    /// # Errors
    /// Sizes of 0, a dropped share outside [0, 1); a variable that is missing or of another shape.
    pub fn new(config: &IResNetConfig, vb: VarBuilder<'_>) -> Result<Self> {
        config.check()?;
        let sizes = conv3(3, WIDTHS[0], 1);
        let stem = ConvNorm::new(sizes, start(&sizes), vb.pp("conv1"), vb.pp("bn1"))?;
        let prelu = Prelu::new(WIDTHS[0], vb.pp("prelu"))?;
        let (mut blocks, mut inputs) = (Vec::new(), WIDTHS[0]);
        for (stage, (&count, outputs)) in config.blocks.iter().zip(WIDTHS).enumerate() {
            for i in 0..count {
                let stride = if i == 0 { 2 } else { 1 };
                let vb = vb.pp(format!("layer{}.{i}", stage + 1));
                blocks.push(Block::new(inputs, outputs, stride, config.shortcut, &vb)?);
                inputs = outputs;
            }
        }
        let [h, w] = config.last_map();
        Ok(Self {
            stem,
            prelu,
            blocks,
            norm: BatchNorm::new(inputs, BatchNormConfig::default(), vb.pp("bn2"))?,
            dropout: Dropout::new(config.dropout, config.dropout_seed)?,
            fc: Dense::new(inputs * h * w, config.embedding, true, vb.pp("fc"))?,
            features: BatchNorm::new(config.embedding, BatchNormConfig::default(), vb.pp("features"))?,
            image: [3, config.height, config.width],
        })
    }

    /// The same network for evaluation only: normalisations that follow a convolution are folded into it, its weights are constants.
    ///
    /// # Errors
    /// None but those of the device.
    pub fn for_inference(&self) -> Result<Self> {
        let blocks = self.blocks.iter().map(Block::for_inference).collect::<Result<_>>()?;
        Ok(Self { stem: self.stem.folded()?, blocks, ..self.clone() })
    }

    pub(crate) fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        let mut x = pass.conv_norm(x, &self.stem, Activation::Prelu(&self.prelu))?;
        for block in &self.blocks {
            x = block.run(pass, &x)?;
        }
        let x = pass.batch_norm(&x, &self.norm)?;
        let x = pass.flatten(&x)?;
        let x = pass.dropout(&x, &self.dropout)?;
        let x = pass.dense(&x, &self.fc)?;
        pass.batch_norm(&x, &self.features)
    }
}

impl ModuleT for IResNet {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        if x.rank() != 4 || x.dims()[1..] != self.image {
            bail!("iresnet: expected images (N, {:?}), got {:?}", self.image, x.dims());
        }
        self.run(&mut Compute { train }, x)
    }
}
