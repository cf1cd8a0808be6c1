//! The network itself.
use crate::config::FaceResNetConfig;
use crate::dense::Dense;
use crate::layers::{ConvBlock, Unit};
use crate::pass::{Compute, Pass};
use crate::plan::{Kind, Plan, Step};
use candle_core::{bail, Result, Tensor};
use candle_nn::{ModuleT, VarBuilder};
use l2face_ops::nn::BatchNorm;
use l2face_ops::BatchNormConfig;

/// Face-ResNet: (N, 3, height, width) to (N, embedding), no activation after the last layer.
///
/// Variables: `conv1a.{weight,bias}`, `prelu1a.weight`, ..., `layer1.0.conv1.{weight,bias}`,
/// `layer1.0.prelu1.weight`, ..., `fc.{weight,bias}`; with batch normalisation
/// `bn1a.{weight,bias,running_mean,running_var}` and so on, and no convolution bias; with
/// `feature_norm` also `feature_norm.*`, and no `fc.bias`.
#[derive(Clone, Debug)]
pub struct FaceResNet {
    layers: Vec<Layer>,
    fc: Dense,
    feature_norm: Option<BatchNorm>,
    image: [usize; 3],
}

#[derive(Clone, Debug)]
enum Layer {
    Conv(Box<ConvBlock>),
    Pool,
    Unit(Box<Unit>),
}

impl FaceResNet {
    /// Builds the network on the variables of `vb`, creating them where the builder does.
    ///
    /// # Errors
    /// When the image is too small for the stages, or a variable is missing or of another shape.
    pub fn new(config: &FaceResNetConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let plan = Plan::new(config)?;
        let layer = |step: &Step| layer(step, config, &vb).transpose();
        let layers = plan.steps.iter().filter_map(layer).collect::<Result<_>>()?;
        let flat = plan.steps.last().map_or(0, |s| s.input.iter().product());
        let norm = || BatchNorm::new(config.embedding, BatchNormConfig::default(), vb.pp("feature_norm"));
        Ok(Self {
            layers,
            fc: Dense::new(flat, config.embedding, !config.feature_norm, vb.pp("fc"))?,
            feature_norm: config.feature_norm.then(norm).transpose()?,
            image: [3, config.height, config.width],
        })
    }

    /// The same network for evaluation only: batch normalisation, where there is any, is folded into the convolutions, whose weights
    /// are constants then.
    ///
    /// # Errors
    /// None but those of the device.
    pub fn for_inference(&self) -> Result<Self> {
        let fold = |layer: &Layer| {
            Ok(match layer {
                Layer::Conv(block) => Layer::Conv(Box::new(block.folded()?)),
                Layer::Pool => Layer::Pool,
                Layer::Unit(unit) => Layer::Unit(Box::new(unit.folded()?)),
            })
        };
        let layers = self.layers.iter().map(fold).collect::<Result<_>>()?;
        Ok(Self { layers, ..self.clone() })
    }

    pub(crate) fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        let mut x = x.clone();
        for layer in &self.layers {
            x = match layer {
                Layer::Conv(block) => block.run(pass, &x)?,
                Layer::Pool => pass.max_pool(&x, 2, 2, 0)?,
                Layer::Unit(unit) => unit.run(pass, &x)?,
            };
        }
        let x = pass.flatten(&x)?;
        let x = pass.dense(&x, &self.fc)?;
        match &self.feature_norm {
            Some(norm) => pass.batch_norm(&x, norm),
            None => Ok(x),
        }
    }
}

/// The layer of a step; none for the embedding.
fn layer(step: &Step, config: &FaceResNetConfig, vb: &VarBuilder<'_>) -> Result<Option<Layer>> {
    let norm = config.batch_norm;
    Ok(match &step.kind {
        Kind::Conv { tag } => Some(Layer::Conv(Box::new(ConvBlock::plain(step, tag, config.padding, norm, vb)?))),
        Kind::Pool => Some(Layer::Pool),
        Kind::Unit => Some(Layer::Unit(Box::new(Unit::new(step.output[0], norm, &vb.pp(&step.name))?))),
        Kind::Embedding => None,
    })
}

impl ModuleT for FaceResNet {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        if x.rank() != 4 || x.dims()[1..] != self.image {
            bail!("face-resnet: expected images (N, {:?}), got {:?}", self.image, x.dims());
        }
        self.run(&mut Compute { train }, x)
    }
}

/// Whether training keeps this variable at its start: the biases of the residual units' convolutions in Face-ResNet,
/// `...layer{s}.{u}.conv{1,2}.bias` (the paper's solver gives them rate 0; 6,272 in its network), and the scale of IResNet's last batch
/// norm, `...features.weight` (1, as in InsightFace).
pub fn is_frozen(name: &str) -> bool {
    let parts: Vec<&str> = name.rsplitn(5, '.').collect();
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        ["bias", "conv1" | "conv2", unit, stage, ..] => number(unit) && stage.strip_prefix("layer").is_some_and(number),
        ["weight", "features", ..] => true,
        _ => false,
    }
}
