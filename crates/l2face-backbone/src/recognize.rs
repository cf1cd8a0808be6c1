//! Which published network a file's variables belong to.
use crate::backbone::{BackboneConfig, NetworkConfig};
use crate::config::FaceResNetConfig;
use crate::iresnet::IResNetShortcut;
use crate::naming::Naming;
use candle_core::{bail, Result, Shape};
use l2face_image::{ColourOrder, CropTarget, Preproc, Template};
use std::collections::BTreeMap;

impl BackboneConfig {
    /// The published network whose variables these are, under its own names or other projects'; the embedding may be of any length.
    ///
    /// A file does not say what its input is. For IResNet this answers with what its publishers document: InsightFace's RGB, and BGR where
    /// the names are AdaFace's, both (x - 127.5) / 127.5.
    /// Models of CVLface have AdaFace's names and state an order of their own, which is to be set (`--colour` of `cargo xtask model`).
    ///
    /// # Errors
    /// Variables of no published network.
    pub fn recognize(variables: &BTreeMap<String, Shape>) -> Result<Self> {
        let naming = Naming::of(variables.keys());
        let fits = |config: BackboneConfig| {
            let held = naming.translate(variables, &config).ok()?;
            let config = with_input_of(with_embedding_of(config, &held)?, naming);
            let wanted = config.variables().ok()?;
            let fixed = naming.constants(&wanted);
            let same = |(name, shape): (&String, &Shape)| match held.get(name) {
                Some((_, held)) => held == shape,
                None => fixed.contains_key(name),
            };
            wanted.iter().all(same).then_some((wanted.len(), config))
        };
        // A deeper network of a family has all variables of a shallower one.
        if let Some((_, config)) = candidates().filter_map(fits).max_by_key(|(variables, _)| *variables) {
            return Ok(config);
        }
        candidates().try_for_each(|config| naming.translate(variables, &config).map(drop))?;
        bail!(
            "these are the variables of no published network ({}): name its configuration",
            Self::names().collect::<Vec<_>>().join(", ")
        )
    }
}

/// The published networks, and variants of theirs that files are known to hold.
fn candidates() -> impl Iterator<Item = BackboneConfig> {
    let named: Vec<BackboneConfig> =
        BackboneConfig::names().filter_map(|name| BackboneConfig::named(name).ok()).collect();
    let variants: Vec<BackboneConfig> = named.iter().filter_map(variant).collect();
    named.into_iter().chain(variants)
}

fn variant(config: &BackboneConfig) -> Option<BackboneConfig> {
    let mut config = config.clone();
    match &mut config.network {
        NetworkConfig::Iresnet(net) => net.shortcut = IResNetShortcut::Subsample,
        NetworkConfig::FaceResnet(net) => {
            *net = FaceResNetConfig::paper(112, 96);
            config.input = Preproc::new(CropTarget::new(Template::Wide96x112, 96, 112).ok()?);
        }
        _ => return None,
    }
    Some(config)
}

/// The embedding's length as the last layer's weights have it.
fn with_embedding_of(mut config: BackboneConfig, held: &BTreeMap<String, (String, Shape)>) -> Option<BackboneConfig> {
    let (last, embedding) = match &mut config.network {
        NetworkConfig::FaceResnet(net) => ("fc.weight", &mut net.embedding),
        NetworkConfig::Resnet(net) => ("fc.weight", &mut net.embedding),
        NetworkConfig::Iresnet(net) => ("fc.weight", &mut net.embedding),
        NetworkConfig::MobileFaceNet(net) => ("features.layers.2.weight", &mut net.embedding),
        NetworkConfig::AllInOne(net) => ("fc7.weight", &mut net.embedding),
    };
    let (_, shape) = held.get(last)?;
    *embedding = shape.dims().first().copied().filter(|d| *d > 0)?;
    Some(config)
}

fn with_input_of(mut config: BackboneConfig, naming: Naming) -> BackboneConfig {
    if matches!(config.network, NetworkConfig::Iresnet(_) | NetworkConfig::MobileFaceNet(_)) {
        config.input.scale = 1. / 127.5;
    }
    if naming.is_ir() {
        config.input.order = ColourOrder::Bgr;
    }
    config
}
