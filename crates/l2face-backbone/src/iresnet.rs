//! IResNet, the "improved" residual network of ArcFace (Deng et al., arXiv 1801.07698) and of InsightFace's published weights.
use crate::conv_norm::{shortcut, ConvNorm};
use crate::dropout::Dropout;
use candle_core::{bail, Module, Result, Tensor};
use candle_nn::{Init, ModuleT, VarBuilder};
use l2face_ops::nn::{gaussian, linear, BatchNorm, Conv2dConfig, Linear, Prelu};
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
    /// Length of the embedding.
    pub embedding: usize,
    /// Share of the last map's values that training drops, from 0 to below 1.
    pub dropout: f64,
    /// Seed of the dropped places.
    pub dropout_seed: u64,
}

impl IResNetConfig {
    fn of(blocks: [usize; 4]) -> Self {
        Self { height: 112, width: 112, blocks, embedding: 512, dropout: 0., dropout_seed: 0 }
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
    shortcut: Option<ConvNorm>,
}

/// The first weights of every convolution: a standard deviation of 0.1.
fn start(_: &Conv2dConfig) -> Init {
    gaussian(0.1)
}

fn conv3(inputs: usize, outputs: usize, stride: usize) -> Conv2dConfig {
    Conv2dConfig { inputs, outputs, kernel: 3, stride, padding: 1, groups: 1, bias: false }
}

impl Block {
    fn new(inputs: usize, outputs: usize, stride: usize, vb: &VarBuilder<'_>) -> Result<Self> {
        let conv = |i: usize, norm: &str, sizes: Conv2dConfig| {
            ConvNorm::new(sizes, start(&sizes), vb.pp(format!("conv{i}")), vb.pp(norm))
        };
        Ok(Self {
            norm: BatchNorm::new(inputs, BatchNormConfig::default(), vb.pp("bn1"))?,
            first: conv(1, "bn2", conv3(inputs, outputs, 1))?,
            prelu: Prelu::new(outputs, vb.pp("prelu"))?,
            second: conv(2, "bn3", conv3(outputs, outputs, stride))?,
            shortcut: shortcut(inputs, outputs, stride, start, vb)?,
        })
    }

    fn for_inference(&self) -> Result<Self> {
        let shortcut = self.shortcut.as_ref().map(ConvNorm::folded).transpose()?;
        Ok(Self { first: self.first.folded()?, second: self.second.folded()?, shortcut, ..self.clone() })
    }
}

impl ModuleT for Block {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        let y = self.first.forward_prelu(&self.norm.forward_t(x, train)?, &self.prelu, train)?;
        let y = self.second.forward_t(&y, train)?;
        match &self.shortcut {
            None => y + x,
            Some(shortcut) => y + shortcut.forward_t(x, train)?,
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
    fc: Linear,
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
                blocks.push(Block::new(inputs, outputs, stride, &vb.pp(format!("layer{}.{i}", stage + 1)))?);
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
            fc: linear(inputs * h * w, config.embedding, true, vb.pp("fc"))?,
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
}

impl ModuleT for IResNet {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        if x.rank() != 4 || x.dims()[1..] != self.image {
            bail!("iresnet: expected images (N, {:?}), got {:?}", self.image, x.dims());
        }
        let mut x = self.stem.forward_prelu(x, &self.prelu, train)?;
        for block in &self.blocks {
            x = block.forward_t(&x, train)?;
        }
        let x = self.norm.forward_t(&x, train)?.flatten_from(1)?;
        let x = self.fc.forward(&self.dropout.forward_t(&x, train)?)?;
        self.features.forward_t(&x, train)
    }
}
