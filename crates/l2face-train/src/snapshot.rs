//! The whole state of a training run at one moment.

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::Tensor;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{snapshot_file, Result};

/// Named tensors and a JSON value, in one safetensors file.
///
/// Tensors are named "GROUP/NAME": `model/fc.weight` beside `sgd/fc.weight`. As every random stream of l2face is a pure
/// function of seed, epoch and item, [`Counters`] in `meta` are the whole random state.
///
/// ```
/// # use std::collections::BTreeMap;
/// use l2face_train::{Counters, Snapshot};
/// # use candle_core::{Device, Tensor};
/// # let weights = BTreeMap::from([("w".to_string(), Tensor::new(&[1f32, 2.], &Device::Cpu)?)]);
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("last.safetensors");
/// let mut snapshot = Snapshot::default();
/// snapshot.insert("model", weights);
/// snapshot.meta = serde_json::to_value(Counters { seed: 7, epoch: 2, batch: 30, step: 130 })?;
/// snapshot.save_atomic(&path)?;
///
/// let back = Snapshot::load(&path)?;
/// assert_eq!(back.group("model").len(), 1);
/// assert_eq!(serde_json::from_value::<Counters>(back.meta)?.step, 130);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Tensors by full name; those of a loaded snapshot are on the CPU.
    pub tensors: BTreeMap<String, Tensor>,
    /// Anything small; numbers that must come back exactly should be integers or text.
    pub meta: Value,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// The run's only seed.
    pub seed: u64,
    /// The present epoch, from 0.
    pub epoch: u64,
    /// The next batch of it, from 0.
    pub batch: u64,
    /// Updates made so far.
    pub step: u64,
}

impl Snapshot {
    /// Adds a group of tensors.
    pub fn insert(&mut self, group: &str, tensors: BTreeMap<String, Tensor>) {
        for (name, tensor) in tensors {
            self.tensors.insert(format!("{group}/{name}"), tensor);
        }
    }

    /// The tensors of a group by their names within it; empty if there is no such group.
    pub fn group(&self, group: &str) -> BTreeMap<String, Tensor> {
        let prefix = format!("{group}/");
        let within = |(name, t): (&String, &Tensor)| Some((name.strip_prefix(&prefix)?.to_string(), t.clone()));
        self.tensors.iter().filter_map(within).collect()
    }

    /// Writes the file whole or not at all, with a SHA-256 of everything in it.
    pub fn save_atomic(&self, path: impl AsRef<Path>) -> Result<()> {
        snapshot_file::save(self, path.as_ref())
    }

    /// Reads and verifies a file of [`save_atomic`](Self::save_atomic); needs at most twice the file's size in memory.
    ///
    /// # Errors
    /// [`TrainError::Snapshot`](crate::TrainError::Snapshot) when it is truncated, damaged or something else.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        snapshot_file::load(path.as_ref())
    }
}
