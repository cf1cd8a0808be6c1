//! ResNet (He et al., arXiv 1512.03385) and ResNeXt (Xie et al., arXiv 1611.05431).
use crate::basic_block::BasicBlock;
use crate::bottleneck::{Bottleneck, BottleneckSizes, EXPANSION};
use crate::conv_norm::{he, ConvNorm};
use crate::dense::Dense;
use crate::pass::{Activation, Compute, Pass};
use candle_core::{bail, Result, Tensor};
use candle_nn::{ModuleT, VarBuilder};
use l2face_ops::nn::Conv2dConfig;
use serde::{Deserialize, Serialize};

/// Channels of the first convolution, and of the first stage's 3x3 convolutions at one group of 64.
const STEM: usize = 64;

/// What the stages are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockKind {
    /// Two 3x3 convolutions: ResNet-18 and 34.
    Basic,
    /// 1x1, 3x3 and 1x1 convolutions, the last four times as wide.
    Bottleneck,
}

/// Which network: the number of blocks of each stage, and their form.
///
/// ```
/// use l2face_backbone::ResNetConfig;
/// let config = ResNetConfig { blocks: [3, 4, 23, 3], groups: 32, width_per_group: 4, ..ResNetConfig::resnet50(512) };
/// assert_eq!(config, ResNetConfig::resnext101(512));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResNetConfig {
    /// What the stages are made of.
    pub block: BlockKind,
    /// Blocks of the four stages.
    pub blocks: [usize; 4],
    /// Groups of the 3x3 convolutions: ResNeXt's cardinality, 1 for ResNet and for basic blocks.
    pub groups: usize,
    /// Channels of each group in the first stage; doubles from stage to stage. 64 for basic blocks.
    pub width_per_group: usize,
    /// Length of the feature.
    pub embedding: usize,
}

impl ResNetConfig {
    /// ResNet-18.
    pub fn resnet18(embedding: usize) -> Self {
        Self { block: BlockKind::Basic, blocks: [2, 2, 2, 2], groups: 1, width_per_group: STEM, embedding }
    }

    /// ResNet-34.
    pub fn resnet34(embedding: usize) -> Self {
        Self { blocks: [3, 4, 6, 3], ..Self::resnet18(embedding) }
    }

    /// ResNet-50.
    pub fn resnet50(embedding: usize) -> Self {
        Self { block: BlockKind::Bottleneck, ..Self::resnet34(embedding) }
    }

    /// ResNet-101.
    pub fn resnet101(embedding: usize) -> Self {
        Self { blocks: [3, 4, 23, 3], ..Self::resnet50(embedding) }
    }

    /// ResNeXt-101 (32x4d).
    pub fn resnext101(embedding: usize) -> Self {
        Self { groups: 32, width_per_group: 4, ..Self::resnet101(embedding) }
    }

    fn check(&self) -> Result<()> {
        if self.groups == 0 || self.width_per_group == 0 || self.embedding == 0 || self.blocks.contains(&0) {
            bail!("resnet: blocks, groups, width and embedding must be positive, got {self:?}");
        }
        if self.block == BlockKind::Basic && (self.groups, self.width_per_group) != (1, STEM) {
            bail!("resnet: basic blocks have one group of width {STEM}, got {self:?}");
        }
        Ok(())
    }

    /// Output channels of a stage, counted from 0.
    fn outputs(&self, stage: usize) -> usize {
        match self.block {
            BlockKind::Basic => STEM << stage,
            BlockKind::Bottleneck => (STEM * EXPANSION) << stage,
        }
    }

    /// The `k`-th block of a stage, both counted from 0.
    fn build(&self, stage: usize, k: usize, vb: &VarBuilder<'_>) -> Result<Block> {
        let first = k == 0;
        let stride = if stage > 0 && first { 2 } else { 1 };
        let outputs = self.outputs(stage);
        let inputs = match (stage, first) {
            (0, true) => STEM,
            (_, true) => self.outputs(stage - 1),
            _ => outputs,
        };
        let width = (self.groups * self.width_per_group) << stage;
        let vb = vb.pp(format!("layer{}.{k}", stage + 1));
        match self.block {
            BlockKind::Basic => BasicBlock::new(inputs, outputs, stride, &vb).map(Block::Basic),
            BlockKind::Bottleneck => {
                let sizes = BottleneckSizes { inputs, width, outputs, stride, groups: self.groups };
                Bottleneck::new(sizes, &vb).map(Block::Bottleneck)
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Block {
    Basic(BasicBlock),
    Bottleneck(Bottleneck),
}

impl Block {
    fn for_inference(&self) -> Result<Self> {
        match self {
            Self::Basic(block) => block.for_inference().map(Self::Basic),
            Self::Bottleneck(block) => block.for_inference().map(Self::Bottleneck),
        }
    }

    fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        match self {
            Self::Basic(block) => block.run(pass, x),
            Self::Bottleneck(block) => block.run(pass, x),
        }
    }
}

/// (N, 3, H, W) to (N, embedding), any H and W from 32 on: a 7x7 convolution and pooling, four stages, the mean over pixels, a linear layer.
///
/// Variables by torchvision's names: `conv1.weight`, `bn1.*`, `layer1.0.conv1.weight`, `layer1.0.bn1.*`, ...,
/// `layer1.0.downsample.{0.weight,1.*}`, ..., `fc.{weight,bias}`.
#[derive(Clone, Debug)]
pub struct ResNet {
    stem: ConvNorm,
    stages: Vec<Vec<Block>>,
    fc: Dense,
}

impl ResNet {
    /// Builds the network on the variables of `vb`, creating them where the builder does.
    ///
    /// # Errors
    /// Sizes of 0; a variable that is missing or of another shape.
    pub fn new(config: &ResNetConfig, vb: VarBuilder<'_>) -> Result<Self> {
        config.check()?;
        let stem = Conv2dConfig { inputs: 3, outputs: STEM, kernel: 7, stride: 2, padding: 3, groups: 1, bias: false };
        let stage = |i: usize| (0..config.blocks[i]).map(|k| config.build(i, k, &vb)).collect();
        Ok(Self {
            stem: ConvNorm::new(stem, he(&stem), vb.pp("conv1"), vb.pp("bn1"))?,
            stages: (0..config.blocks.len()).map(stage).collect::<Result<_>>()?,
            fc: Dense::new(config.outputs(config.blocks.len() - 1), config.embedding, true, vb.pp("fc"))?,
        })
    }

    /// The same network for evaluation only, with less work per image: batch normalisation is folded into the convolutions, whose
    /// weights are constants from here on.
    ///
    /// # Errors
    /// None but those of the device.
    pub fn for_inference(&self) -> Result<Self> {
        let stage = |blocks: &Vec<Block>| blocks.iter().map(Block::for_inference).collect();
        let stages = self.stages.iter().map(stage).collect::<Result<_>>()?;
        Ok(Self { stem: self.stem.folded()?, stages, fc: self.fc.clone() })
    }

    /// The outputs of the stem and of each stage, (N, C, H, W).
    ///
    /// # Errors
    /// An input that is not (N, 3, H, W), or too small.
    pub fn feature_maps(&self, x: &Tensor, train: bool) -> Result<Vec<Tensor>> {
        if x.rank() != 4 || x.dim(1)? != 3 || x.dim(2)?.min(x.dim(3)?) < 32 {
            bail!("resnet: expected images (N, 3, H, W) of at least 32x32, got {:?}", x.dims());
        }
        self.maps(&mut Compute { train }, x)
    }

    fn maps<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<Vec<P::X>> {
        let x = pass.conv_norm(x, &self.stem, Activation::Relu)?;
        let mut maps = vec![pass.max_pool(&x, 3, 2, 1)?];
        for stage in &self.stages {
            let mut x = maps[maps.len() - 1].clone();
            for block in stage {
                x = block.run(pass, &x)?;
            }
            maps.push(x);
        }
        Ok(maps)
    }

    fn embed<P: Pass>(&self, pass: &mut P, map: &P::X) -> Result<P::X> {
        let x = pass.mean(map)?;
        pass.dense(&x, &self.fc)
    }

    pub(crate) fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        let maps = self.maps(pass, x)?;
        self.embed(pass, &maps[maps.len() - 1])
    }
}

impl ModuleT for ResNet {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        let maps = self.feature_maps(x, train)?;
        self.embed(&mut Compute { train }, &maps[maps.len() - 1])
    }
}
