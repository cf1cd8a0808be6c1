//! Weights that training starts from.

use super::config::{Config, Start};
use crate::model::{in_folder, local};
use anyhow::{Context, Result};
use l2face_backbone::Weights;
use l2face_model::{is_model_folder, ModelFolder};
use l2face_train::SeededVars;
use std::path::PathBuf;

/// The variables' prefix in a row's model.
const PREFIX: &str = "backbone.";

/// Sets the backbone's variables to the start weights, if the configuration names any; those that `but` leaves out stay as they were drawn.
///
/// # Errors
/// A file that is damaged or holds the weights of another network.
pub(super) fn apply(config: &Config, vars: &SeededVars) -> Result<()> {
    let Some(start) = &config.start else { return Ok(()) };
    let but: Vec<&str> = start.but.iter().map(String::as_str).collect();
    let weights = Weights::load(&file(start)?, &config.backbone()?, &but).context("the weights to start from")?;
    for (name, var) in vars.vars() {
        let own = name.strip_prefix(PREFIX);
        if let Some(tensor) = own.and_then(|name| weights.tensors().get(name)) {
            var.set(&tensor.to_dtype(var.dtype())?.to_device(var.device())?)?;
        }
    }
    Ok(())
}

/// The file itself: in a model folder or a row's folder, or from the Hub.
///
/// # Errors
/// A place that cannot be fetched, a folder without weights, a model folder whose configuration and weights disagree.
fn file(start: &Start) -> Result<PathBuf> {
    let path = local(&start.weights)?;
    if is_model_folder(&path) {
        ModelFolder::open(&path)?;
    }
    in_folder(&path)
}

/// What tells these start weights from others; empty without any.
///
/// # Errors
/// A file that cannot be read.
pub(super) fn fingerprint(config: &Config) -> Result<String> {
    let Some(start) = &config.start else { return Ok(String::new()) };
    crate::hash::file(&file(start)?).with_context(|| format!("--start {}", start.weights.display()))
}
