//! The network and the head of a row's snapshot.
use crate::study::{config::Config, row};
use anyhow::{ensure, Context, Result};
use candle_core::{DType, Tensor};
use l2face_backbone::{BackboneConfig, Weights};
use l2face_train::Snapshot;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The backbone's variables by its own names, the head's by its own.
pub(super) struct RowWeights {
    pub backbone: Weights,
    pub head: BTreeMap<String, Tensor>,
    /// SHA-256 of the snapshot's file.
    pub sha256: String,
}

/// Reads the weights of the configuration's only row.
///
/// # Errors
/// A snapshot that is missing or damaged, or that is not of this row, seed and network.
pub(super) fn read(run: &Path, config: &Config, row: &str, seed: u64) -> Result<RowWeights> {
    let path = row::folder(run, row, seed).join("model.safetensors");
    ensure!(path.is_file(), "{}: missing; the row is not finished, give the run's command again", path.display());
    let snapshot = Snapshot::load(&path)?;
    let noted = |key: &str| {
        snapshot.meta.get(key).cloned().with_context(|| format!("{}: it has no note {key}", path.display()))
    };
    let backbone: BackboneConfig =
        serde_json::from_value(noted("backbone")?).with_context(|| path.display().to_string())?;
    let same = (noted("head")?, noted("seed")?, &backbone) == (row.into(), seed.into(), &config.backbone()?);
    ensure!(same, "{}: it is not the network of row {row}, seed {seed}, in the run's configuration", path.display());
    let part = |prefix: &str| -> Result<HashMap<String, Tensor>> {
        let own = snapshot.tensors.iter().filter_map(|(name, t)| Some((name.strip_prefix(prefix)?, t)));
        own.map(|(name, t)| Ok((name.to_string(), t.to_dtype(DType::F32)?))).collect()
    };
    let (backbone, head) = (Weights::of(part("backbone.")?), part("head.")?.into_iter().collect());
    Ok(RowWeights { backbone, head, sha256: crate::hash::file(&path)? })
}
