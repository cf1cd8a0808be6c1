//! What `cargo xtask evaluate` measured with the weights that are packaged.
use super::figures::slug;
use super::paths::without_folders_of_evaluation;
use crate::evaluate::{self, cli::Set, SCHEMA};
use crate::shell;
use anyhow::{bail, ensure, Context, Result};
use l2face_model::{ModelConfig, EVALUATIONS, RESULTS};
use std::path::{Path, PathBuf};

/// The model that an evaluation has to be of.
pub(super) struct Packaged<'a> {
    /// Its input and warp.
    pub config: &'a ModelConfig,
    /// SHA-256 of its tensors.
    pub tensors: String,
    /// SHA-256 of the row's snapshot.
    pub file: String,
}

/// An evaluation of these weights, without anything of the machine.
pub(super) struct Evaluated {
    /// The name of the data.
    pub name: String,
    /// Its folder's name below [`EVALUATIONS`].
    pub folder: String,
    pub results: evaluate::Results,
}

/// Opens each `DIR` or `NAME=DIR`, sorted by folder.
///
/// # Errors
/// A folder that is no evaluation, one of another model or another input, two of one name.
pub(super) fn open(given: &[String], packaged: &Packaged<'_>) -> Result<Vec<Evaluated>> {
    let mut all = given.iter().map(|one| one_of(one, packaged)).collect::<Result<Vec<_>>>()?;
    all.sort_by(|a, b| a.folder.cmp(&b.folder));
    if let Some(twice) = all.windows(2).find(|two| two[0].folder == two[1].folder) {
        let name = &twice[0].folder;
        bail!("--evaluation: two are called {name}; give one another name, --evaluation NAME=DIR");
    }
    Ok(all)
}

fn one_of(given: &str, packaged: &Packaged<'_>) -> Result<Evaluated> {
    let (name, folder) = split(given);
    let path = folder.join(RESULTS);
    let mut results = read(&path).with_context(|| format!("--evaluation {given}"))?;
    of_this_model(&results, packaged).with_context(|| path.display().to_string())?;
    let name = name.unwrap_or_else(|| data(&results));
    results.model.weights = Some(packaged.tensors.clone());
    results.ijba_tpe = None;
    without_folders_of_evaluation(&mut results);
    Ok(Evaluated { folder: slug(&name), name, results })
}

/// A folder may have a `=` in its name.
fn split(given: &str) -> (Option<String>, PathBuf) {
    match given.split_once('=') {
        Some((name, folder)) if !Path::new(given).is_dir() => (Some(name.into()), folder.into()),
        _ => (None, given.into()),
    }
}

/// Reads results.json of an evaluation.
///
/// # Errors
/// A file that is missing, damaged or of another command.
pub(super) fn read(path: &Path) -> Result<evaluate::Results> {
    let name = || path.display().to_string();
    let bytes = std::fs::read(path).with_context(name)?;
    let value: serde_json::Value = serde_json::from_slice(&bytes).with_context(name)?;
    ensure!(
        value["schema"] == SCHEMA,
        "{}: its schema is {}, not {SCHEMA}: name the --out folder of `cargo xtask evaluate`",
        name(),
        value["schema"]
    );
    serde_json::from_value(value).with_context(name)
}

/// Whether the same weights were evaluated on crops made as the model's are.
fn of_this_model(results: &evaluate::Results, packaged: &Packaged<'_>) -> Result<()> {
    let model = &results.model;
    let own = match &model.weights {
        Some(tensors) => tensors == &packaged.tensors,
        None => model.sha256 == packaged.file,
    };
    let unsure = if model.weights.is_none() {
        "; it was made before evaluations noted their tensors, so that only this very row's file counts"
    } else {
        ""
    };
    ensure!(
        own,
        "the evaluation is of another model, {} (tensors {}), not of the weights packaged (tensors {}){unsure}: evaluate the row's folder, or the model \
         folder made of it",
        model.file,
        model.weights.as_deref().map_or("not noted", short),
        short(&packaged.tensors)
    );
    same_input(results, packaged.config)
}

/// # Errors
/// Another template, size, order or normalisation; another warp, where photographs were warped.
pub(super) fn same_input(results: &evaluate::Results, config: &ModelConfig) -> Result<()> {
    let model = &results.model;
    config.input.check_same(&model.input).context("the evaluation had another input than config.json says")?;
    let warped = results.set != Set::Bin && results.align != "whole";
    let same = model.antialias == Some(config.antialias) || (model.antialias.is_none() && !config.antialias);
    let there = model.antialias.map_or("not noted".to_string(), |antialias| antialias.to_string());
    ensure!(
        !warped || same,
        "the evaluation had another input than config.json says: antialias: {} here, {there} there; evaluate the model folder made of this row",
        config.antialias
    );
    Ok(())
}

fn short(sha256: &str) -> &str {
    sha256.get(..16).unwrap_or(sha256)
}

/// The last part of what was evaluated on; of a verification set without its ending.
fn data(results: &evaluate::Results) -> String {
    let words = shell::words(&results.command);
    let named = words.iter().position(|word| word == "--data").and_then(|at| words.get(at + 1));
    let path = Path::new(named.map_or("data", String::as_str));
    let part = if results.set == Set::Bin { path.file_stem() } else { path.file_name() };
    part.map_or_else(|| "data".into(), |part| part.to_string_lossy().into_owned())
}

impl Evaluated {
    /// Writes results.json, the reports and the plots into a folder of their own.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, model: &Path) -> Result<()> {
        evaluate::write(&self.results, &model.join(EVALUATIONS).join(&self.folder))
    }
}
