//! A model folder whose configuration and weights agree; no number of them is read yet.
use crate::config::{is_ours, ModelConfig};
use crate::error::{ModelError, Result};
use crate::files::{CARD, CONFIG, HEAD, WEIGHTS};
use crate::{head, read, Metadata};
use candle_core::Shape;
use l2face_backbone::{BackboneConfig, Weights, WeightsFile};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A folder, looked at.
#[derive(Clone, Debug)]
pub struct ModelFolder {
    path: PathBuf,
    config: ModelConfig,
}

/// Whether a path is a folder with a `config.json` of this project, of whatever version.
pub fn is_model_folder(path: &Path) -> bool {
    path.is_dir() && is_ours(&path.join(CONFIG))
}

impl ModelFolder {
    /// Reads the configuration and the headers of the weights.
    ///
    /// # Errors
    /// A file that is missing, truncated, damaged or hostile; another version; weights of another network, or made for another input,
    /// than the configuration says.
    pub fn open(path: &Path) -> Result<Self> {
        if !path.is_dir() {
            return Err(ModelError::file(
                path,
                "not a folder: a model is a folder with config.json and model.safetensors",
            ));
        }
        let config = ModelConfig::open(&path.join(CONFIG))?;
        let folder = Self { path: path.into(), config };
        folder.weights_agree()?;
        if read::exists(&folder.file(HEAD)) {
            head::agrees(&folder.file(HEAD), &folder.config)?;
        }
        Ok(folder)
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What `config.json` says.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// A file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The weights, strictly those of the configuration's network.
    ///
    /// # Errors
    /// As [`ModelFolder::open`]; a file that has changed since.
    pub fn weights(&self) -> Result<Weights> {
        Ok(Weights::load(&self.file(WEIGHTS), &self.config.backbone(), &[])?)
    }

    /// The head that the network was trained with, if it is there, on the CPU.
    ///
    /// # Errors
    /// A file that is damaged or of another head.
    pub fn head(&self) -> Result<Option<Box<dyn l2face_head::Head>>> {
        let path = self.file(HEAD);
        read::exists(&path).then(|| head::load(&path, &self.config)).transpose()
    }

    /// The card's metadata.
    ///
    /// # Errors
    /// No card, a card without metadata or without a licence.
    pub fn card(&self) -> Result<Metadata> {
        let path = self.file(CARD);
        Metadata::of(&read::text(&path)?).map_err(|e| ModelError::file(&path, e))
    }

    fn weights_agree(&self) -> Result<()> {
        let path = self.file(WEIGHTS);
        if !read::exists(&path) {
            return Err(ModelError::file(&path, "missing: the folder has no weights"));
        }
        let file = WeightsFile::open(&path)?;
        let wanted = self.config.backbone();
        if let Some(noted) = file.config()? {
            same(&wanted, &noted).map_err(|why| ModelError::file(&path, why))?;
        }
        let held = file.held().iter().map(|(name, (shape, _))| (name.clone(), shape.clone())).collect();
        difference(&wanted.variables()?, &held).map_err(|why| ModelError::file(&path, why))
    }
}

/// The configuration beside the weights and the one noted among them.
fn same(config: &BackboneConfig, noted: &BackboneConfig) -> std::result::Result<(), String> {
    config.input.check_same(&noted.input).map_err(|e| format!("{CONFIG} and the weights disagree: {e}"))?;
    match config.network == noted.network {
        true => Ok(()),
        false => Err(format!("{CONFIG} and the weights disagree: they are of another network than it says")),
    }
}

/// The first variable that is missing, of another shape or too many.
pub(crate) fn difference(
    wanted: &BTreeMap<String, Shape>,
    held: &BTreeMap<String, Shape>,
) -> std::result::Result<(), String> {
    let disagree = |what: String| Err(format!("{CONFIG} and the tensors disagree: {what}"));
    for (name, shape) in wanted {
        match held.get(name) {
            None => return disagree(format!("{name} is missing")),
            Some(other) if other != shape => {
                return disagree(format!("{name} is {:?} in place of {:?}", other.dims(), shape.dims()))
            }
            Some(_) => {}
        }
    }
    match held.keys().find(|name| !wanted.contains_key(*name) && !name.ends_with("num_batches_tracked")) {
        None => Ok(()),
        Some(name) => disagree(format!("{name} is none of the network's")),
    }
}
