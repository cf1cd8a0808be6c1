//! The configuration that travels with the weights, as a note in the file.
use super::{Weights, WeightsFile};
use crate::backbone::BackboneConfig;
use candle_core::{Device, Error, Result, Tensor};
use std::collections::{BTreeMap, HashMap};

/// The note's name, in a safetensors file's `__metadata__` and in an ONNX file's `metadata_props`.
pub const CONFIG_NOTE: &str = "l2face.backbone";

impl BackboneConfig {
    /// The configuration among a file's notes, if it is there.
    ///
    /// # Errors
    /// A note that cannot be read.
    pub fn of_notes(notes: &BTreeMap<String, String>) -> Result<Option<Self>> {
        let read =
            |note: &String| serde_json::from_str(note).map_err(|e| Error::msg(format!("the note {CONFIG_NOTE}: {e}")));
        notes.get(CONFIG_NOTE).map(read).transpose()
    }

    /// The notes for a file with this network's weights.
    ///
    /// # Errors
    /// None: every configuration can be written.
    pub fn notes(&self) -> Result<BTreeMap<String, String>> {
        let text = serde_json::to_string(self).map_err(Error::wrap)?;
        Ok(BTreeMap::from([(CONFIG_NOTE.to_string(), text)]))
    }
}

impl Weights {
    /// Weights that are already at hand, by our names.
    pub fn of(tensors: HashMap<String, Tensor>) -> Self {
        Self { tensors }
    }

    /// The bytes of a safetensors file of these weights, with the configuration among its notes.
    ///
    /// # Errors
    /// Tensors that cannot be copied from their device.
    pub fn to_safetensors(&self, config: &BackboneConfig) -> Result<Vec<u8>> {
        let on_cpu = |(name, t): (&String, &Tensor)| Ok((name.clone(), t.to_device(&Device::Cpu)?));
        let tensors = self.tensors.iter().map(on_cpu).collect::<Result<BTreeMap<_, _>>>()?;
        safetensors::serialize(&tensors, Some(config.notes()?.into_iter().collect())).map_err(Error::wrap)
    }
}

impl WeightsFile {
    /// The configuration that stands in the file; none in others' files.
    ///
    /// # Errors
    /// A note that cannot be read.
    pub fn config(&self) -> Result<Option<BackboneConfig>> {
        BackboneConfig::of_notes(&self.metadata())
    }
}
