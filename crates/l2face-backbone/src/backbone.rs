//! Any network of this crate by its configuration.
use crate::pass::Pass;
use crate::record::Record;
use crate::{
    AllInOne, AllInOneConfig, FaceResNet, FaceResNetConfig, IResNet, IResNetConfig, MobileFaceNet, MobileFaceNetConfig,
    ResNet, ResNetConfig,
};
use candle_core::{bail, DType, Device, Result, Shape, Tensor};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, ModuleT, VarBuilder};
use l2face_graph::{Graph, Value};
use l2face_image::{CropTarget, Preproc, Template};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Which network, with its sizes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum NetworkConfig {
    /// Face-ResNet of the L2-softmax paper.
    FaceResnet(FaceResNetConfig),
    /// ResNet and ResNeXt.
    Resnet(ResNetConfig),
    /// InsightFace's improved residual network.
    Iresnet(IResNetConfig),
    /// MobileFaceNet.
    MobileFaceNet(MobileFaceNetConfig),
    /// The recognition branch of All-In-One Face.
    AllInOne(AllInOneConfig),
}

impl NetworkConfig {
    /// Length of the embedding.
    pub fn embedding(&self) -> usize {
        match self {
            Self::FaceResnet(config) => config.embedding,
            Self::Resnet(config) => config.embedding,
            Self::Iresnet(config) => config.embedding,
            Self::MobileFaceNet(config) => config.embedding,
            Self::AllInOne(config) => config.embedding,
        }
    }
}

/// A network and what its input is: all that is needed to use its weights.
///
/// ```
/// use l2face_backbone::BackboneConfig;
/// let config = BackboneConfig::named("iresnet50")?;
/// let text = serde_json::to_string(&config).unwrap();
/// assert_eq!(serde_json::from_str::<BackboneConfig>(&text).unwrap(), config);
/// # Ok::<(), candle_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackboneConfig {
    /// The network.
    pub network: NetworkConfig,
    /// Size and template of the crop, order and normalisation of its colours. A side has 1 to 1024 pixels.
    pub input: Preproc,
}

/// A published network: its name, its sizes, and the side of its crop.
type Published = (&'static str, fn() -> NetworkConfig, usize);

const PUBLISHED: [Published; 13] = [
    ("face-resnet", || NetworkConfig::FaceResnet(FaceResNetConfig::paper(128, 128)), 128),
    ("resnet18", || NetworkConfig::Resnet(ResNetConfig::resnet18(512)), 224),
    ("resnet34", || NetworkConfig::Resnet(ResNetConfig::resnet34(512)), 224),
    ("resnet50", || NetworkConfig::Resnet(ResNetConfig::resnet50(512)), 224),
    ("resnet101", || NetworkConfig::Resnet(ResNetConfig::resnet101(512)), 224),
    ("resnext101", || NetworkConfig::Resnet(ResNetConfig::resnext101(512)), 224),
    ("iresnet18", || NetworkConfig::Iresnet(IResNetConfig::iresnet18()), 112),
    ("iresnet34", || NetworkConfig::Iresnet(IResNetConfig::iresnet34()), 112),
    ("iresnet50", || NetworkConfig::Iresnet(IResNetConfig::iresnet50()), 112),
    ("iresnet100", || NetworkConfig::Iresnet(IResNetConfig::iresnet100()), 112),
    ("mbf", || NetworkConfig::MobileFaceNet(MobileFaceNetConfig::mbf()), 112),
    ("mbf-large", || NetworkConfig::MobileFaceNet(MobileFaceNetConfig::mbf_large()), 112),
    ("all-in-one", || NetworkConfig::AllInOne(AllInOneConfig::recalled()), 227),
];

impl BackboneConfig {
    /// The names that [`BackboneConfig::named`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PUBLISHED.iter().map(|(name, ..)| *name)
    }

    /// A published network with a 512-D embedding, for RGB crops normalised by (x - 127.5) / 128.
    ///
    /// # Errors
    /// A name that is not among [`BackboneConfig::names`].
    pub fn named(name: &str) -> Result<Self> {
        let Some((_, network, side)) = PUBLISHED.iter().find(|(known, ..)| *known == name) else {
            bail!("there is no backbone `{name}`; there are {}", Self::names().collect::<Vec<_>>().join(", "));
        };
        let template = if *side == 128 { Template::Arc128 } else { Template::Arc112 };
        let target = CropTarget::new(template, *side, *side).map_err(candle_core::Error::wrap)?;
        Ok(Self { network: network(), input: Preproc::new(target) })
    }

    /// Length of the embedding.
    pub fn embedding(&self) -> usize {
        self.network.embedding()
    }

    /// Refuses sizes that no network and no crop has, and a network for images of another size than the crop's. (ResNet takes any.)
    fn check(&self) -> Result<()> {
        crate::bounds::check(&self.network)?;
        crate::bounds::check_crop(&self.input.target)?;
        let size = match &self.network {
            NetworkConfig::Resnet(_) => return Ok(()),
            NetworkConfig::FaceResnet(config) => (config.height, config.width),
            NetworkConfig::Iresnet(config) => (config.height, config.width),
            NetworkConfig::MobileFaceNet(config) => (config.height, config.width),
            NetworkConfig::AllInOne(config) => (config.height, config.width),
        };
        let crop = (self.input.target.height, self.input.target.width);
        if size != crop {
            bail!("the network takes images of {size:?} (height, width), the crop has {crop:?}: make them the same");
        }
        Ok(())
    }

    /// Name and shape of every variable that the network has, its running averages included. Allocates next to nothing.
    ///
    /// # Errors
    /// Sizes that cannot be built.
    pub fn variables(&self) -> Result<BTreeMap<String, Shape>> {
        let seen = Recorder::default();
        self.without_weights(&seen)?;
        let seen = seen.0.lock().map_err(|e| candle_core::Error::msg(e.to_string()))?;
        Ok(seen.clone())
    }

    /// The network in evaluation as a list of operations on the variables' names: to count it, to print it, to write it as ONNX.
    ///
    /// # Errors
    /// Sizes that cannot be built.
    pub fn graph(&self) -> Result<Graph> {
        let net = self.without_weights(&Recorder::default())?;
        let image = [3, self.input.target.height, self.input.target.width];
        let mut record = Record { graph: Graph::new(image) };
        net.run(&mut record, &Value::IMAGE)?;
        Ok(record.graph)
    }

    fn without_weights(&self, seen: &Recorder) -> Result<Backbone> {
        build(self, VarBuilder::from_backend(Box::new(seen.clone()), DType::F32, Device::Cpu))
    }
}

/// Any network of this crate: (N, 3, height, width) to (N, D).
#[derive(Clone, Debug)]
pub enum Backbone {
    /// See [`FaceResNet`].
    FaceResNet(FaceResNet),
    /// See [`ResNet`].
    ResNet(ResNet),
    /// See [`IResNet`].
    IResNet(IResNet),
    /// See [`MobileFaceNet`].
    MobileFaceNet(MobileFaceNet),
    /// See [`AllInOne`].
    AllInOne(AllInOne),
}

/// Builds the network on the variables of `vb`, creating them where the builder does.
///
/// # Errors
/// A crop with a side above 1024 pixels or of another size than the network's, sizes that cannot be built; a variable that is missing or of another shape.
pub fn build(config: &BackboneConfig, vb: VarBuilder<'_>) -> Result<Backbone> {
    config.check()?;
    Ok(match &config.network {
        NetworkConfig::FaceResnet(config) => Backbone::FaceResNet(FaceResNet::new(config, vb)?),
        NetworkConfig::Resnet(config) => Backbone::ResNet(ResNet::new(config, vb)?),
        NetworkConfig::Iresnet(config) => Backbone::IResNet(IResNet::new(config, vb)?),
        NetworkConfig::MobileFaceNet(config) => Backbone::MobileFaceNet(MobileFaceNet::new(config, vb)?),
        NetworkConfig::AllInOne(config) => Backbone::AllInOne(AllInOne::new(config, vb)?),
    })
}

impl Backbone {
    /// The same network for evaluation only, with batch normalisation folded into the convolutions before it.
    ///
    /// # Errors
    /// None but those of the device.
    pub fn for_inference(&self) -> Result<Self> {
        Ok(match self {
            Self::FaceResNet(net) => Self::FaceResNet(net.for_inference()?),
            Self::ResNet(net) => Self::ResNet(net.for_inference()?),
            Self::IResNet(net) => Self::IResNet(net.for_inference()?),
            Self::MobileFaceNet(net) => Self::MobileFaceNet(net.for_inference()?),
            Self::AllInOne(net) => Self::AllInOne(net.clone()),
        })
    }

    fn run<P: Pass>(&self, pass: &mut P, x: &P::X) -> Result<P::X> {
        match self {
            Self::FaceResNet(net) => net.run(pass, x),
            Self::ResNet(net) => net.run(pass, x),
            Self::IResNet(net) => net.run(pass, x),
            Self::MobileFaceNet(net) => net.run(pass, x),
            Self::AllInOne(net) => net.run(pass, x),
        }
    }
}

impl ModuleT for Backbone {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        match self {
            Self::FaceResNet(net) => net.forward_t(x, train),
            Self::ResNet(net) => net.forward_t(x, train),
            Self::IResNet(net) => net.forward_t(x, train),
            Self::MobileFaceNet(net) => net.forward_t(x, train),
            Self::AllInOne(net) => net.forward_t(x, train),
        }
    }
}

/// Notes what a network asks for and gives it one zero, seen in every place.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<BTreeMap<String, Shape>>>);

impl SimpleBackend for Recorder {
    fn get(&self, shape: Shape, name: &str, _: Init, dtype: DType, device: &Device) -> Result<Tensor> {
        let mut seen = self.0.lock().map_err(|e| candle_core::Error::msg(e.to_string()))?;
        seen.insert(name.to_string(), shape.clone());
        Tensor::zeros((), dtype, device)?.broadcast_as(shape)
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        bail!("{name}: the shape is needed")
    }

    fn contains_tensor(&self, _: &str) -> bool {
        true
    }
}
