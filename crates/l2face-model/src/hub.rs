//! Models of the Hugging Face Hub.
use crate::error::{ModelError, Result};
use crate::files::{CHECK, CONFIG, WEIGHTS};
use crate::model::Model;
use candle_core::Device;
use l2face_hub::{Fetched, Hub, HubError, Place, PREFIX};
use std::path::{Path, PathBuf};

/// Called with the bytes so far and the bytes in all of a download.
type Progress<'p> = &'p (dyn Fn(u64, u64) + Sync);

impl Model {
    /// [`Model::from_folder`] of `OWNER/NAME` or `OWNER/NAME@REVISION` (with or without `hf:` before it): downloaded into the hub's cache, which
    /// Python's tools share, unless it is there. A commit that is in the cache costs no request.
    ///
    /// # Errors
    /// Those of [`fetch`] and of [`Model::from_folder`].
    pub fn from_hub(hub: &Hub, name: &str, device: &Device) -> Result<Self> {
        Self::from_folder(&fetch(hub, name, &|_, _| ())?, device)
    }
}

/// The folder in the cache that holds configuration, weights and check of a model, all of one commit: that of the configuration.
///
/// # Errors
/// A name that is none, or that names a file; what the Hub reports; a repository that is no model of this project.
pub fn fetch(hub: &Hub, name: &str, progress: Progress<'_>) -> Result<PathBuf> {
    let name = name.strip_prefix(PREFIX).unwrap_or(name);
    let place: Place = format!("{PREFIX}{name}").parse()?;
    if place.file().is_some() {
        let why = format!("names a file; a model is {PREFIX}{}", place.repository());
        return Err(ModelError::file(Path::new(&place.to_string()), why));
    }
    let get = |file: &str, revision: &str| -> Result<Fetched> {
        let place: Place = format!("{PREFIX}{}/{file}@{revision}", place.repository()).parse()?;
        Ok(hub.fetch_with(&place, progress)?)
    };
    let config = get(CONFIG, place.revision())?;
    let folder = config.path.parent().unwrap_or(Path::new("."));
    let weights = get(WEIGHTS, &config.revision)?;
    if weights.path.parent() != Some(folder) {
        return Err(ModelError::file(&weights.path, format_args!("does not lie beside {}", config.path.display())));
    }
    match get(CHECK, &config.revision) {
        // Whoever wants the check is told that it is not there.
        Ok(_) | Err(ModelError::Hub(HubError::NoFile { .. } | HubError::Unreachable { .. })) => Ok(folder.into()),
        Err(error) => Err(error),
    }
}
