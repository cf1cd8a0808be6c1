//! One network on one seed: train, embed, evaluate as one row or, with TPE, as two; finished work is read back.

use super::config::Config;
use super::data::Faces;
use super::embed::{embed, Embedded};
use super::train::{train, Job, Trained};
use crate::files;
use crate::row_name::trained_name;
use anyhow::{Context, Result};
use candle_core::Device;
use l2face_eval::{evaluate_with, IjbaResult};
use l2face_train::Snapshot;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// All that a report needs of one row on one seed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RowResult {
    /// The curve of the training.
    pub trained: Trained,
    /// The protocol's rates.
    pub ijba: IjbaResult,
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
pub fn finished(folder: &Path) -> Result<Option<RowResult>> {
    let path = folder.join("row.json");
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let row = serde_json::from_slice(&text);
    Ok(Some(row.with_context(|| format!("{}: delete it to evaluate the row again", path.display()))?))
}

/// Trains the one network of `rows` (`l2:16`, `l2:16+tpe`) on `seed`, from wherever its folder stands, and evaluates it as each of
/// them; with the seconds each took, the training being the first's.
pub fn run(
    config: &Config,
    rows: &[&String],
    seed: u64,
    faces: &Faces<'_>,
    device: &Device,
    out: &Path,
    stop: &AtomicBool,
) -> Result<Vec<(RowResult, f64)>> {
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
        let tpe = config.tpe(row, seed);
        let ijba = evaluate_with(&faces.protocol, &embedded.embeddings, &config.evaluate.pooling, tpe.as_ref())?;
        let result = RowResult { trained: trained.clone(), ijba, norms: norms(&embedded) };
        let took = start.elapsed().as_secs_f64();
        finish(&self::folder(out, row, seed), &result, took)?;
        results.push((result, took));
        start = Instant::now();
    }
    Ok(results)
}

fn finish(folder: &Path, result: &RowResult, took: f64) -> Result<()> {
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

/// What must travel with the weights: network, preprocessing, head and seed.
fn weights_meta(config: &Config, row: &str, seed: u64) -> Result<serde_json::Value> {
    Ok(serde_json::json!({"backbone": config.backbone()?, "head": row, "seed": seed}))
}
