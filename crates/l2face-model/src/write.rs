//! Making a model folder.
use crate::check::{images, Check};
use crate::config::ModelConfig;
use crate::error::{ModelError, Result};
use crate::files::{CARD, CHECK, CONFIG, HEAD, LOADER, WEIGHTS};
use crate::model::{embed, network};
use crate::Card;
use candle_core::{Device, Tensor};
use l2face_backbone::Weights;
use std::collections::BTreeMap;
use std::path::Path;

/// The program that the card's Python lines use.
const LOADER_TEXT: &str = include_str!("../examples/load_in_torch.py");

/// What a folder is made of.
#[derive(Clone, Debug)]
pub struct Contents<'a> {
    /// Architecture, input, loss.
    pub config: &'a ModelConfig,
    /// The network's variables by our names.
    pub weights: &'a Weights,
    /// The head's variables; none where it is not to be given away.
    pub head: Option<&'a BTreeMap<String, Tensor>>,
    /// The card.
    pub card: &'a Card,
}

/// Writes configuration, weights, head, check, card and Python code into a folder that exists; [`Staged`](crate::Staged) makes it appear at once.
///
/// # Errors
/// Weights that are not the configuration's, or that give embeddings that are not finite; a file that cannot be written.
pub fn write(folder: &Path, contents: &Contents<'_>) -> Result<()> {
    let Contents { config, weights, head, card } = contents;
    put(folder, CONFIG, config.to_json()?.as_bytes())?;
    put(folder, WEIGHTS, &weights.to_safetensors(&config.backbone())?)?;
    if let Some(head) = head {
        put(folder, HEAD, &safetensors::serialize(*head, None).map_err(candle_core::Error::wrap)?)?;
    }
    put(folder, CHECK, &check(config, weights)?.to_bytes(config)?)?;
    put(folder, LOADER, LOADER_TEXT.as_bytes())?;
    put(folder, CARD, card.markdown(config, head.is_some())?.as_bytes())
}

fn check(config: &ModelConfig, weights: &Weights) -> Result<Check> {
    let images = images(config);
    let net = network(&config.backbone(), weights, &Device::Cpu)?;
    let embeddings = embed(&net, config, &images.iter().collect::<Vec<_>>(), &Device::Cpu)?;
    match embeddings.iter().flatten().all(|v| v.is_finite()) {
        true => Ok(Check { images, embeddings }),
        false => {
            Err(candle_core::Error::msg("the network's embeddings are not finite: it is not worth a package").into())
        }
    }
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(name);
    std::fs::write(&path, bytes).map_err(ModelError::io(&path))
}
