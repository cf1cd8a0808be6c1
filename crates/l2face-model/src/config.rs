//! `config.json`: everything that is needed to use the weights.
use crate::error::{shown, ModelError, Result};
use crate::read;
use l2face_backbone::{BackboneConfig, NetworkConfig};
use l2face_head::{Alpha, HeadConfig};
use l2face_image::Preproc;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The version of the format; raised whenever a field changes its name or its meaning.
pub const FORMAT: &str = "l2face-model/1";
/// How every version begins, to tell it from other projects' `config.json`.
const FAMILY: &str = "l2face-model/";

/// Architecture, input and loss of a model. Unknown fields are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// Always [`FORMAT`].
    pub format: String,
    /// The network, with its sizes.
    pub network: NetworkConfig,
    /// Size and template of the crop, order and normalisation of its colours.
    pub input: Preproc,
    /// Crops are shrunk by area before the bilinear warp; plain bilinear otherwise.
    pub antialias: bool,
    /// Length of an embedding.
    pub embedding: usize,
    /// The loss of the training: `softmax`, `l2:16`, `l2:trained`.
    pub loss: HeadConfig,
    /// Alpha at the end of the training; none without alpha.
    pub alpha: Option<f64>,
    /// People trained on.
    pub classes: usize,
}

impl ModelConfig {
    /// The configuration of a network that was trained with this head.
    ///
    /// # Errors
    /// Values that do not fit one another, in words alone.
    pub fn new(
        backbone: BackboneConfig,
        antialias: bool,
        loss: HeadConfig,
        alpha: Option<f64>,
        classes: usize,
    ) -> std::result::Result<Self, String> {
        let embedding = backbone.embedding();
        let BackboneConfig { network, input } = backbone;
        let config = Self { format: FORMAT.into(), network, input, antialias, embedding, loss, alpha, classes };
        config.check().map(|()| config)
    }

    /// Reads and checks a file.
    ///
    /// # Errors
    /// A file that is not there, too large, not JSON, of another version, with a field too many or too few, or with values that do not
    /// fit one another.
    pub fn open(path: &Path) -> Result<Self> {
        let text = read::text(path)?;
        match format(&text) {
            Some(found) if found == FORMAT => {}
            Some(found) if found.starts_with(FAMILY) => {
                return Err(ModelError::Version { path: path.into(), found: shown(&found, 40) })
            }
            _ => return Err(foreign(path, &text)),
        }
        let config: Self = serde_json::from_str(&text).map_err(|e| ModelError::file(path, e))?;
        config.check().map_err(|why| ModelError::file(path, why))?;
        Ok(config)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// None that is known of.
    pub fn to_json(&self) -> Result<String> {
        let text = serde_json::to_string_pretty(self).map_err(candle_core::Error::wrap)?;
        Ok(text + "\n")
    }

    /// The network and its input.
    pub fn backbone(&self) -> BackboneConfig {
        BackboneConfig { network: self.network.clone(), input: self.input }
    }

    fn check(&self) -> std::result::Result<(), String> {
        let length = self.network.embedding();
        if self.embedding != length {
            return Err(format!("embedding is {}, the network's is {length}", self.embedding));
        }
        let Preproc { mean, scale, .. } = self.input;
        if !mean.is_finite() || !scale.is_finite() || scale == 0. {
            return Err(format!("input: mean {mean} and scale {scale} have to be finite, the scale not 0"));
        }
        self.backbone().variables().map_err(|e| e.to_string())?;
        self.loss.check(length, self.classes).map_err(|e| e.to_string())?;
        let agrees = match (self.loss.alpha(), self.alpha) {
            (None, None) => true,
            (Some(Alpha::Fixed(fixed)), Some(alpha)) => alpha == fixed,
            (Some(Alpha::Trained(_)), Some(alpha)) => alpha.is_finite() && alpha > 0.,
            _ => false,
        };
        match agrees {
            true => Ok(()),
            false => Err(format!("alpha is {:?}, which is not that of the loss {}", self.alpha, self.loss)),
        }
    }
}

/// Whether a file is a configuration of this project, of whatever version; also one that is damaged, so that it is not taken for another
/// project's.
pub(crate) fn is_ours(path: &Path) -> bool {
    let Ok(text) = read::text(path) else { return false };
    match fault(&text) {
        None => format(&text).is_some_and(|format| format.starts_with(FAMILY)),
        Some(_) => text.contains(&format!("\"{FAMILY}")),
    }
}

/// Why a text is not JSON.
fn fault(text: &str) -> Option<serde_json::Error> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).err()
}

fn foreign(path: &Path, text: &str) -> ModelError {
    match fault(text) {
        Some(fault) => {
            ModelError::file(path, format_args!("damaged: not JSON: {fault}: fetch or package the model again"))
        }
        None => {
            let why = format!("not a model's configuration: it has no \"format\": \"{FORMAT}\"");
            ModelError::file(path, why)
        }
    }
}

/// What stands under "format".
fn format(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Format {
        format: String,
    }
    serde_json::from_str::<Format>(text).ok().map(|f| f.format)
}
