//! Weights from a file, strictly: every variable of the network, of its shape, and nothing else; looked at before anything is read.
mod compare;
mod fault;
mod file;
mod pth;
mod safetensors;
mod safetensors_header;

pub use file::WeightsFile;

use crate::backbone::BackboneConfig;
use candle_core::{DType, Device, Result, Shape, Tensor};
use candle_nn::VarBuilder;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The variables of one network.
#[derive(Clone, Debug)]
pub struct Weights {
    tensors: HashMap<String, Tensor>,
}

impl Weights {
    /// From a file as [`WeightsFile`] reads it: safetensors, or PyTorch's.
    ///
    /// PyTorch's counters `num_batches_tracked` are passed over. `but` are beginnings of names that may differ: with `["fc."]` an ImageNet
    /// classifier is not taken, and the network's own layer of that name is to come from elsewhere.
    ///
    /// # Errors
    /// A file that is truncated, damaged or hostile; missing and unexpected names and wrong shapes, listed.
    pub fn load(path: &Path, config: &BackboneConfig, but: &[&str]) -> Result<Self> {
        let wanted: BTreeMap<String, Shape> =
            config.variables()?.into_iter().filter(|(name, _)| !compare::excluded(name, but)).collect();
        let mut file = WeightsFile::open(path)?;
        compare::compare(&wanted, file.held(), but).map_err(|e| file::named(path, e))?;
        let tensors = wanted.into_keys().map(|name| file.tensor(&name).map(|tensor| (name, tensor)));
        Ok(Self { tensors: tensors.collect::<Result<_>>()? })
    }

    /// Names, shapes and types of all tensors of a file, without a network and without reading any data.
    ///
    /// # Errors
    /// As [`WeightsFile::open`].
    pub fn inspect(path: &Path) -> Result<BTreeMap<String, (Shape, DType)>> {
        Ok(WeightsFile::open(path)?.held().clone())
    }

    /// The variables by name.
    pub fn tensors(&self) -> &HashMap<String, Tensor> {
        &self.tensors
    }

    /// For [`build`](crate::build): the weights as constants.
    pub fn builder(&self, dtype: DType, device: &Device) -> VarBuilder<'static> {
        VarBuilder::from_tensors(self.tensors.clone(), dtype, device)
    }
}
