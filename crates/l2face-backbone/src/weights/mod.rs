//! Weights from a file, strictly: every variable of the network, of its shape, and nothing else; looked at before anything is read.
mod compare;
mod fault;
mod file;
mod note;
mod pth;
mod safetensors;
mod safetensors_header;

pub use file::WeightsFile;
pub use note::CONFIG_NOTE;

use crate::backbone::BackboneConfig;
use crate::naming::Naming;
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
    /// The file may have our names, which are torchvision's and InsightFace's, or AdaFace's and CVLface's, and wrappers' prefixes before them
    /// ([`Naming`]); the weights come out under ours. PyTorch's counters `num_batches_tracked` are passed over. `but` are beginnings of names that
    /// may differ, on either side: with `["fc."]` an ImageNet classifier is not taken, and the network's own layer of that name is to come from
    /// elsewhere.
    ///
    /// # Errors
    /// A file that is truncated, damaged or hostile; missing and unexpected names and wrong shapes, listed.
    pub fn load(path: &Path, config: &BackboneConfig, but: &[&str]) -> Result<Self> {
        let wanted: BTreeMap<String, Shape> =
            config.variables()?.into_iter().filter(|(name, _)| !compare::excluded(name, but)).collect();
        let mut file = WeightsFile::open(path)?;
        let naming = Naming::of(file.held().keys());
        let mut held = file.held().clone();
        held.retain(|name, _| !compare::excluded(name, but));
        let held = naming.translate(&held, config).map_err(|e| file::named(path, e.into()))?;
        let mut tensors = constants(&naming, &wanted, &held)?;
        compare::compare(&wanted, &held, &tensors, but).map_err(|e| file::named(path, e))?;
        for name in wanted.into_keys() {
            if let Some((theirs, _)) = held.get(&name) {
                tensors.insert(name, file.tensor(theirs)?);
            }
        }
        Ok(Self { tensors })
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

/// What a file under this naming leaves out because it never changes there.
fn constants<T>(
    naming: &Naming,
    wanted: &BTreeMap<String, Shape>,
    held: &BTreeMap<String, T>,
) -> Result<HashMap<String, Tensor>> {
    let absent = naming.constants(wanted).into_iter().filter(|(name, _)| !held.contains_key(name));
    absent.map(|(name, (shape, value))| Ok((name, Tensor::full(value as f32, shape, &Device::Cpu)?))).collect()
}
