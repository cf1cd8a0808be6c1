//! A Face-ResNet as a table of stages.
use crate::plan::{Kind, Plan};
use candle_core::Result;
use serde::{Deserialize, Serialize};

/// Where a stage halves its map (2x2 windows, stride 2, largest value).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pool {
    /// Nowhere.
    None,
    /// Between the plain convolutions and the residual units, as in the paper.
    BeforeUnits,
    /// After the residual units.
    AfterUnits,
}

/// Plain 3x3 convolutions, then residual units of two 3x3 convolutions at the last width.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Output channels of each plain convolution.
    pub convs: Vec<usize>,
    /// Residual units.
    pub units: usize,
    /// Where the map is halved.
    pub pool: Pool,
}

impl Stage {
    fn new(convs: &[usize], units: usize, pool: Pool) -> Self {
        Self { convs: convs.to_vec(), units, pool }
    }
}

/// Sizes of a Face-ResNet; everything about the network but its weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaceResNetConfig {
    /// Height of the input image in pixels.
    pub height: usize,
    /// Width of the input image in pixels.
    pub width: usize,
    /// The stages, from the image on.
    pub stages: Vec<Stage>,
    /// Zeros around the input of each plain convolution; 0 in the paper. (Residual ones have 1.)
    pub padding: usize,
    /// Batch normalisation after each convolution, in place of its bias; off in the paper.
    pub batch_norm: bool,
    /// Batch normalisation of the embedding, in place of the last layer's bias; off in the paper.
    pub feature_norm: bool,
    /// Length of the embedding.
    pub embedding: usize,
}

impl FaceResNetConfig {
    /// The network of the L2-softmax paper (arXiv 1703.09507), taken from the center-loss paper: 27
    /// convolutions, 512-D embedding. The papers' sizes are 112x96 and 128x128.
    pub fn paper(height: usize, width: usize) -> Self {
        use Pool::BeforeUnits;
        Self {
            height,
            width,
            stages: vec![
                Stage::new(&[32, 64], 1, BeforeUnits),
                Stage::new(&[128], 2, BeforeUnits),
                Stage::new(&[256], 5, BeforeUnits),
                Stage::new(&[512], 3, BeforeUnits),
            ],
            padding: 0,
            batch_norm: false,
            feature_norm: false,
            embedding: 512,
        }
    }

    /// The paper's layers at a size that two CPU cores train in minutes: 12 convolutions, 128-D
    /// embedding, 29 million multiply-adds forward at 48x48.
    pub fn small(height: usize, width: usize) -> Self {
        use Pool::BeforeUnits;
        Self {
            stages: vec![
                Stage::new(&[12, 24], 1, BeforeUnits),
                Stage::new(&[48], 2, BeforeUnits),
                Stage::new(&[96], 1, BeforeUnits),
            ],
            embedding: 128,
            ..Self::paper(height, width)
        }
    }

    /// For a few thousand photographs: padded, with batch normalisation throughout, 128-D embedding,
    /// 1.1 million parameters at 48x48.
    pub fn photos(height: usize, width: usize) -> Self {
        Self {
            stages: vec![
                Stage::new(&[16], 0, Pool::AfterUnits),
                Stage::new(&[32], 1, Pool::AfterUnits),
                Stage::new(&[64], 1, Pool::AfterUnits),
                Stage::new(&[128], 1, Pool::None),
            ],
            padding: 1,
            batch_norm: true,
            feature_norm: true,
            embedding: 128,
            ..Self::paper(height, width)
        }
    }

    /// Each step's name and output (channels, height, width), from the first convolution to the
    /// embedding, which is (embedding, 1, 1).
    ///
    /// # Errors
    /// When the image is too small for the stages, or a width is 0.
    pub fn shapes(&self) -> Result<Vec<(String, [usize; 3])>> {
        let steps = Plan::new(self)?.steps;
        Ok(steps.into_iter().map(|s| (s.name, s.output)).collect())
    }

    /// Multiply-adds of convolutions and matrix products in one image's forward pass. Training costs
    /// about three times as many.
    ///
    /// # Errors
    /// As [`FaceResNetConfig::shapes`].
    pub fn multiply_adds(&self) -> Result<u64> {
        let steps = Plan::new(self)?.steps;
        Ok(steps.iter().map(|s| s.multiply_adds()).sum())
    }

    /// Trained numbers, the frozen biases included, moving averages excluded.
    ///
    /// # Errors
    /// As [`FaceResNetConfig::shapes`].
    pub fn parameters(&self) -> Result<usize> {
        let steps = Plan::new(self)?.steps;
        Ok(steps.iter().map(|s| s.parameters(self)).sum())
    }

    /// Convolutions, residual ones included.
    ///
    /// # Errors
    /// As [`FaceResNetConfig::shapes`].
    pub fn convolutions(&self) -> Result<usize> {
        let count = |kind: &Kind| match kind {
            Kind::Conv { .. } => 1,
            Kind::Unit => 2,
            Kind::Pool | Kind::Embedding => 0,
        };
        let steps = Plan::new(self)?.steps;
        Ok(steps.iter().map(|s| count(&s.kind)).sum())
    }
}
