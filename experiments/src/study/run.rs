//! The whole experiment: for each seed the faces, for each row training, embeddings and rates.

use super::config::Config;
use super::faces::Faces;
use super::row::{self, RowResult, Work};
use super::side_by_side::side_by_side;
use crate::files;
use crate::report;
use crate::row_name::{trained_name, RowName};
use anyhow::{Context, Result};
use candle_core::Device;
use l2face_data::Dataset;
use l2face_eval::Embeddings;
use l2face_head::alpha_lower_bound;
use l2face_train::{Environment, RunDir};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// What makes an experiment: its faces, and what is measured on their embeddings.
pub trait Study: Sync {
    /// What is compared with what.
    type Protocol: Clone + Send + Sync;
    /// The rates of one row on one seed.
    type Measured: Serialize + DeserializeOwned + Send;

    /// What must be the same when a run goes on, beside the configuration.
    fn fingerprint(&self) -> &str;

    /// Prepares the faces of `seed` under `out`, or reads back what is there.
    ///
    /// # Errors
    /// Photographs that cannot be read or aligned, a disk that fails.
    fn faces(&self, config: &Config, seed: u64, out: &Path) -> Result<Faces<'_, Self::Protocol>>;

    /// The rates of a row: one embedding a face of the protocol, absent where it failed to enrol.
    ///
    /// # Errors
    /// What the evaluation reports.
    fn measure(
        &self,
        config: &Config,
        protocol: &Self::Protocol,
        row: &str,
        seed: u64,
        embeddings: &Embeddings,
    ) -> Result<Self::Measured>;
}

/// What the report says of one seed's faces.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct FacesSummary {
    pub train_people: usize,
    pub train_images: usize,
    pub test_faces: usize,
    pub train_sources: BTreeMap<String, usize>,
    pub test_sources: BTreeMap<String, usize>,
    pub rejected: usize,
    pub dropped_train: usize,
    pub dropped_test: usize,
    pub quality: Option<Vec<f64>>,
}

/// All rows of one seed.
pub struct SeedRows<M> {
    /// The seed.
    pub seed: u64,
    /// Its faces.
    pub faces: FacesSummary,
    /// In the configuration's order.
    pub rows: Vec<RowResult<M>>,
}

/// Runs, or goes on with, the experiment in `out`.
///
/// # Errors
/// Bad configuration, bad data, an `out` of another configuration, a device that fails, training that diverges.
pub fn run<S: Study>(study: &S, config: &Config, device: &Device, out: &Path) -> Result<Vec<SeedRows<S::Measured>>> {
    let fresh = is_fresh(out);
    let folder = RunDir::open(out, &Stored { config, inputs: study.fingerprint() })?;
    folder.write_environment(&environment(config))?;
    let mut seconds = BTreeMap::new();
    let seeds: Result<Vec<_>> =
        config.seeds.iter().map(|seed| run_seed(study, config, *seed, device, out, &mut seconds)).collect();
    let seeds = match seeds {
        // Nothing is lost, and the command can be given again once the data or the settings are right.
        Err(error) if fresh && !trained(config, out) => return Err(cleared(out, error)),
        other => other?,
    };
    report::write_timings(out, &seconds)?;
    Ok(seeds)
}

/// Whether a folder is absent or empty.
fn is_fresh(out: &Path) -> bool {
    std::fs::read_dir(out).map_or(true, |mut entries| entries.next().is_none())
}

/// Whether a row has begun.
fn trained(config: &Config, out: &Path) -> bool {
    config.seeds.iter().any(|seed| config.rows.iter().any(|name| row::folder(out, trained_name(name), *seed).exists()))
}

/// Takes away what this run wrote before any row began; the error stays the one that ended it.
fn cleared(out: &Path, error: anyhow::Error) -> anyhow::Error {
    match std::fs::remove_dir_all(out) {
        Ok(()) => error,
        Err(left) => error.context(format!("{} could not be cleared ({left}); delete it", out.display())),
    }
}

/// What `config.json` holds: two runs that differ in it do not share a folder.
#[derive(Serialize)]
struct Stored<'a> {
    #[serde(flatten)]
    config: &'a Config,
    inputs: &'a str,
}

/// Refuses a row that cannot be parsed before any work is done.
///
/// # Errors
/// The row and what is wrong with it.
pub fn check_rows(config: &Config) -> Result<()> {
    for name in &config.rows {
        let parsed = name.parse::<RowName>().with_context(|| format!("row {name}"))?;
        parsed.head.check(config.model.embedding(), 1000).with_context(|| format!("row {name}"))?;
        config.learning_rate(name)?;
    }
    Ok(())
}

/// What the run was made with; beside the results, not in them.
fn environment(config: &Config) -> Environment {
    let on = [
        ("cuda", cfg!(feature = "cuda")),
        ("cudnn", cfg!(feature = "cudnn")),
        ("metal", cfg!(feature = "metal")),
        ("mkl", cfg!(feature = "mkl")),
        ("accelerate", cfg!(feature = "accelerate")),
    ];
    let features: Vec<&str> = on.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
    Environment::here(rayon::current_num_threads(), &features, revision().as_deref(), &config.device)
}

/// The git revision of the source, where git and the source are there.
fn revision() -> Option<String> {
    let git = ["-C", env!("CARGO_MANIFEST_DIR"), "describe", "--always", "--dirty", "--abbrev=40"];
    let output = std::process::Command::new("git").args(git).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_string())
}

fn run_seed<S: Study>(
    study: &S,
    config: &Config,
    seed: u64,
    device: &Device,
    out: &Path,
    seconds: &mut BTreeMap<String, f64>,
) -> Result<SeedRows<S::Measured>> {
    let summary = out.join(format!("faces-seed{seed}.json"));
    let mut rows = BTreeMap::new();
    for name in &config.rows {
        if let (Some(done), true) = (row::finished(&row::folder(out, name, seed))?, summary.exists()) {
            eprintln!("{name} seed {seed}: already complete");
            seconds.extend(row::seconds(&row::folder(out, name, seed)).map(|s| (format!("{name} seed {seed}"), s)));
            rows.insert(name, done);
        }
    }
    let open = by_network(config.rows.iter().filter(|name| !rows.contains_key(name)));
    if !open.is_empty() {
        let faces = prepare(study, config, seed, out, &summary)?;
        let work = Work { study, config, seed, faces: &faces, device, out };
        let results = side_by_side(&open, device, |names, stop| row::run(&work, names, stop))?;
        for (name, (result, took)) in open.concat().into_iter().zip(results.into_iter().flatten()) {
            seconds.insert(format!("{name} seed {seed}"), took);
            rows.insert(name, result);
        }
    }
    let faces = serde_json::from_slice(&std::fs::read(&summary)?).with_context(|| summary.display().to_string())?;
    let rows = config.rows.iter().filter_map(|name| rows.remove(name)).collect();
    Ok(SeedRows { seed, faces, rows })
}

/// Rows that are one network, evaluated with and without TPE, together.
fn by_network<'a>(rows: impl Iterator<Item = &'a String>) -> Vec<Vec<&'a String>> {
    let mut groups: Vec<Vec<&String>> = vec![];
    for row in rows {
        match groups.iter_mut().find(|g| trained_name(g[0]) == trained_name(row)) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

fn prepare<'a, S: Study>(
    study: &'a S,
    config: &Config,
    seed: u64,
    out: &Path,
    summary: &Path,
) -> Result<Faces<'a, S::Protocol>> {
    let faces = study.faces(config, seed, out)?;
    let people = faces.train.classes();
    alpha_lower_bound(people, 0.9).with_context(|| format!("the training set has {people} people"))?;
    files::write(summary, &serde_json::to_vec(&summarise(&faces))?)?;
    Ok(faces)
}

fn summarise<P: Clone>(faces: &Faces<'_, P>) -> FacesSummary {
    let (train, test) = (&faces.train_crops, &faces.test_crops);
    FacesSummary {
        train_people: faces.train.classes(),
        train_images: faces.train.len(),
        test_faces: test.len(),
        train_sources: train.outcomes.clone(),
        test_sources: test.outcomes.clone(),
        rejected: train.rejected + test.rejected,
        dropped_train: train.len() - faces.train.len(),
        dropped_test: (0..test.len()).filter(|i| test.get(*i).is_none()).count(),
        quality: faces.quality.clone(),
    }
}
