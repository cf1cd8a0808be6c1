//! One network on one seed: train, embed, measure as one row or, with TPE, as two; finished work is read back.

use super::config::Config;
use super::embed::{embed, Embedded};
use super::faces::Faces;
use super::run::Study;
use super::train::{train, Job, Trained};
use crate::files;
use crate::row_name::trained_name;
use anyhow::{Context, Result};
use candle_core::Device;
use l2face_train::Snapshot;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// All that a report needs of one row on one seed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RowResult<M> {
    /// The curve of the training.
    pub trained: Trained,
    /// The protocol's rates.
    #[serde(alias = "ijba")]
    pub measured: M,
    /// Feature norm of every test face, before any normalisation; null where it failed to enrol.
    pub norms: Vec<Option<f32>>,
}

/// Where a row's time stands.
const SECONDS: &str = "seconds.json";

/// The folder of a row: `rows/l2-16-seed1`.
pub fn folder(out: &Path, row: &str, seed: u64) -> PathBuf {
    out.join("rows").join(format!("{}-seed{seed}", row.replace(':', "-")))
}

/// A finished row, if the folder holds one.
pub fn finished<M: DeserializeOwned>(folder: &Path) -> Result<Option<RowResult<M>>> {
    let path = folder.join("row.json");
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let row = serde_json::from_slice(&text);
    Ok(Some(row.with_context(|| format!("{}: delete it to evaluate the row again", path.display()))?))
}

/// What [`run`] needs beside its rows.
pub(super) struct Work<'a, S: Study> {
    pub study: &'a S,
    pub config: &'a Config,
    pub seed: u64,
    pub faces: &'a Faces<'a, S::Protocol>,
    pub device: &'a Device,
    pub out: &'a Path,
}

/// Trains the one network of `rows` (`l2:16`, `l2:16+tpe`), from wherever its folder stands, and measures it as each of them; with the
/// seconds each took, the training being the first's.
pub(super) fn run<S: Study>(
    work: &Work<'_, S>,
    rows: &[&String],
    stop: &AtomicBool,
) -> Result<Vec<(RowResult<S::Measured>, f64)>> {
    let Work { study, config, seed, faces, device, out } = *work;
    let mut start = Instant::now();
    let row = trained_name(rows.first().context("no row was asked for")?);
    let folder = folder(out, row, seed);
    let job = Job { config, row, rate: config.learning_rate(row)?, seed, data: faces.train.clone(), device, stop };
    let (model, trained) = train(&job, &folder)?;
    let label = format!("embed with {row} seed {seed}");
    let embedded = embed(&model.backbone, config, &faces.test_crops, device, &folder.join("embeddings"), &label)?;
    Snapshot { tensors: model.vars.tensors()?, meta: weights_meta(config, row, seed)? }
        .save_atomic(folder.join("model.safetensors"))
        .with_context(|| format!("cannot write into {}", folder.display()))?;
    let mut results = vec![];
    for row in rows {
        let measured = study.measure(config, &faces.protocol, row, seed, &embedded.embeddings)?;
        let result = RowResult { trained: trained.clone(), measured, norms: norms(&embedded) };
        let took = start.elapsed().as_secs_f64();
        finish(&self::folder(out, row, seed), &result, took)?;
        results.push((result, took));
        start = Instant::now();
    }
    Ok(results)
}

fn finish(folder: &Path, result: &RowResult<impl Serialize>, took: f64) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    files::write(&folder.join(SECONDS), &serde_json::to_vec(&took)?)?;
    files::write(&folder.join("row.json"), &serde_json::to_vec(result)?)
}

/// What a finished row took, its last run alone.
pub fn seconds(folder: &Path) -> Option<f64> {
    serde_json::from_slice(&std::fs::read(folder.join(SECONDS)).ok()?).ok()
}

fn norms(embedded: &Embedded) -> Vec<Option<f32>> {
    embedded.norms.iter().map(|n| n.is_finite().then_some(*n)).collect()
}

/// What must travel with the weights: network, preprocessing, warp, head and seed.
fn weights_meta(config: &Config, row: &str, seed: u64) -> Result<serde_json::Value> {
    Ok(
        serde_json::json!({"backbone": config.backbone()?, "antialias": config.crop.antialias, "head": row, "seed": seed}),
    )
}
