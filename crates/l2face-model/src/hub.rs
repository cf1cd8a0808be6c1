//! Models of the Hugging Face Hub.
use crate::error::{ModelError, Result};
use crate::files::{CHECK, CONFIG, WEIGHTS};
use crate::model::Model;
use candle_core::Device;
use l2face_hub::{Fetched, Hub, HubError, Place, PREFIX};
use std::path::{Path, PathBuf};

/// Called with the bytes so far and the bytes in all of a download.
type Progress<'p> = &'p (dyn Fn(u64, u64) + Sync);

/// A model's folder in the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchedModel {
    /// With configuration and weights, and the check where the repository has one.
    pub folder: PathBuf,
    /// The commit that all of them are of, 40 digits of hexadecimal.
    pub revision: String,
    /// Why the Hub was not heard, where that was tried: a branch may have moved on since.
    pub note: Option<String>,
}

impl Model {
    /// [`Model::from_folder`] of `OWNER/NAME` or `OWNER/NAME@REVISION` (with or without `hf:` before it): downloaded into the hub's cache, which
    /// Python's tools share, unless it is there. A commit that is in the cache costs no request. Without the Hub the newest cached model of a
    /// branch is taken; whoever has to know calls [`fetch`] instead, and reads [`FetchedModel::note`].
    ///
    /// # Errors
    /// Those of [`fetch`] and of [`Model::from_folder`].
    pub fn from_hub(hub: &Hub, name: &str, device: &Device) -> Result<Self> {
        Self::from_folder(&fetch(hub, name, &|_, _| ())?.folder, device)
    }
}

/// The folder in the cache that holds configuration, weights and check of a model, all of one commit. The weights come first: a download of
/// them that breaks off leaves the branch, as the cache knows it, where it was, with an older model that is whole.
///
/// # Errors
/// A name that is none, or that names a file; what the Hub reports; a repository that is no model of this project.
pub fn fetch(hub: &Hub, name: &str, progress: Progress<'_>) -> Result<FetchedModel> {
    let place = place(name)?;
    let get = |file: &str, revision: &str| -> Result<Fetched> {
        let place: Place = format!("{PREFIX}{}/{file}@{revision}", place.repository()).parse()?;
        Ok(hub.fetch_with(&place, progress)?)
    };
    let Fetched { path, revision, note, .. } = get(WEIGHTS, place.revision())?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let config = get(CONFIG, &revision)?;
    if config.path.parent() != Some(folder) {
        return Err(ModelError::file(&config.path, format_args!("does not lie beside {}", path.display())));
    }
    match get(CHECK, &revision) {
        // Whoever wants the check is told that it is not there.
        Ok(_) | Err(ModelError::Hub(HubError::NoFile { .. } | HubError::Unreachable { .. })) => {
            Ok(FetchedModel { folder: folder.into(), revision, note })
        }
        Err(error) => Err(error),
    }
}

/// A repository, without a file.
fn place(name: &str) -> Result<Place> {
    let name = name.strip_prefix(PREFIX).unwrap_or(name);
    let place: Place = format!("{PREFIX}{name}").parse()?;
    match place.file() {
        None => Ok(place),
        Some(_) => {
            let why = format!("names a file; a model is {PREFIX}{}", place.repository());
            Err(ModelError::file(Path::new(&place.to_string()), why))
        }
    }
}
