//! Opening whatever holds a network.
use super::cli::Which;
use anyhow::{bail, ensure, Context, Result};
use candle_core::{DType, Shape, Tensor};
use l2face_backbone::{BackboneConfig, Weights, WeightsFile};
use l2face_graph::Graph;
use l2face_model::{is_model_folder, ModelFolder, WEIGHTS};
use l2face_onnx::Model;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Where a row's snapshot keeps what is not the network.
const HEAD: &str = "head.";

/// A network's file, looked at.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The file itself.
    pub path: PathBuf,
    /// `safetensors`, `pytorch` or `onnx`.
    pub format: &'static str,
    /// The architecture and its input, where it is one of ours.
    pub config: Option<BackboneConfig>,
    /// The operations; none where the architecture is not known.
    pub graph: Option<Graph>,
    /// Name, shape and type of every tensor that the file holds.
    pub tensors: BTreeMap<String, (Shape, DType)>,
    /// Why the architecture is not known.
    pub unknown: Option<String>,
    /// Crops are shrunk by area before the bilinear warp; only a model folder and a row's snapshot can say so.
    pub antialias: bool,
    /// The file, or that of `--arch`, states the input; otherwise `config` has what is usual for its network.
    pub own_input: bool,
    but: Vec<String>,
    onnx: Option<HashMap<String, Tensor>>,
}

/// Opens a model folder, or a file by its ending. Of files of weights no number is read yet.
///
/// # Errors
/// A file that is damaged, hostile or of another kind; a network that does not exist.
pub fn open(path: &Path, which: &Which) -> Result<Opened> {
    let path = &super::fetch::local(path)?;
    if is_model_folder(path) {
        return model_folder(path, which);
    }
    let mut opened = file(&in_folder(path)?, which)?;
    if let (Some(order), Some(config)) = (which.colour, &mut opened.config) {
        config.input.order = order;
    }
    Ok(opened)
}

fn file(path: &Path, which: &Which) -> Result<Opened> {
    match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("onnx") => onnx(path, which),
        Some("safetensors") => weights(path, which, "safetensors"),
        Some("pt" | "pth" | "ckpt") => weights(path, which, "pytorch"),
        _ => bail!("{}: not a network's file; known are .safetensors, .pt, .pth, .ckpt and .onnx", path.display()),
    }
}

/// A folder whose configuration and weights were found to agree.
fn model_folder(path: &Path, which: &Which) -> Result<Opened> {
    ensure!(
        which.arch.is_none() && which.colour.is_none(),
        "{}: a model folder says itself which network it is; leave --arch and --colour out",
        path.display()
    );
    let folder = ModelFolder::open(path)?;
    let (config, antialias) = (folder.config().backbone(), folder.config().antialias);
    let opened = weights(&path.join(WEIGHTS), which, "safetensors")?;
    Ok(Opened {
        graph: Some(config.graph()?),
        config: Some(config),
        unknown: None,
        antialias,
        own_input: true,
        ..opened
    })
}

fn onnx(path: &Path, which: &Which) -> Result<Opened> {
    let model = Model::open(path)?;
    let tensors = model.weights.iter().map(|(name, t)| (name.clone(), (t.shape().clone(), t.dtype()))).collect();
    let noted = BackboneConfig::of_notes(&model.metadata)?;
    let own_input = states_input(which, noted.is_some());
    let config = chosen(which)?.or(noted).or_else(|| recognized(&tensors).ok());
    Ok(Opened {
        path: path.into(),
        format: "onnx",
        config,
        graph: Some(model.graph),
        tensors,
        unknown: None,
        antialias: false,
        own_input,
        but: vec![],
        onnx: Some(model.weights),
    })
}

fn weights(path: &Path, which: &Which, format: &'static str) -> Result<Opened> {
    let file = WeightsFile::open(path)?;
    let tensors = file.held().clone();
    let (row, antialias) = of_row(&file)?;
    let own = if row.is_some() { vec![HEAD.to_string()] } else { vec![] };
    let but = [own, which.but.clone()].concat();
    let kept = tensors.iter().filter(|(name, _)| !but.iter().any(|start| name.starts_with(start)));
    let kept: BTreeMap<_, _> = kept.map(|(name, held)| (name.clone(), held.clone())).collect();
    let noted = file.config()?.or(row);
    let own_input = states_input(which, noted.is_some());
    let known = match (chosen(which)?, noted) {
        (Some(config), _) | (None, Some(config)) => Ok(config),
        (None, None) => recognized(&kept),
    };
    let (config, unknown) = match known {
        Ok(config) => (Some(config), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let graph = config.as_ref().map(BackboneConfig::graph).transpose()?;
    Ok(Opened { path: path.into(), format, config, graph, tensors, unknown, antialias, own_input, but, onnx: None })
}

/// The file itself, or the weights in a folder: of a row, of a model.
///
/// # Errors
/// A folder without them.
pub fn in_folder(path: &Path) -> Result<PathBuf> {
    let inside = path.join(WEIGHTS);
    match (path.is_dir(), inside.is_file()) {
        (false, _) => Ok(path.into()),
        (true, true) => Ok(inside),
        (true, false) => bail!("{} is a folder without {WEIGHTS}: name the file of the weights", path.display()),
    }
}

/// The configuration of a row's snapshot (`reproduce`), whose head is no part of the network, and how its crops were made; snapshots of older
/// versions do not say the latter.
fn of_row(file: &WeightsFile) -> Result<(Option<BackboneConfig>, bool)> {
    let Some(meta) = file.metadata().remove("meta") else { return Ok((None, false)) };
    let meta: serde_json::Value = serde_json::from_str(&meta)?;
    let config = meta.get("backbone").cloned().map(serde_json::from_value::<BackboneConfig>).transpose();
    let antialias = meta.get("antialias").and_then(serde_json::Value::as_bool);
    Ok((config.unwrap_or_default(), antialias.unwrap_or(false)))
}

fn recognized(tensors: &BTreeMap<String, (Shape, DType)>) -> Result<BackboneConfig> {
    let shapes = tensors.iter().map(|(name, (shape, _))| (name.clone(), shape.clone())).collect();
    Ok(BackboneConfig::recognize(&shapes)?)
}

/// Whether the configuration in use states the input: that of `--arch FILE.json` does, a published network's name does not, and without
/// `--arch` it is for the file's own notes to say.
fn states_input(which: &Which, noted: bool) -> bool {
    which.arch.as_ref().map_or(noted, |arch| arch.ends_with(".json"))
}

/// The network that `--arch` names.
fn chosen(which: &Which) -> Result<Option<BackboneConfig>> {
    let Some(arch) = &which.arch else { return Ok(None) };
    if !arch.ends_with(".json") {
        return Ok(Some(BackboneConfig::named(arch).context("--arch")?));
    }
    let text = std::fs::read_to_string(arch).with_context(|| format!("--arch {arch}"))?;
    Ok(Some(serde_json::from_str(&text).with_context(|| format!("--arch {arch}"))?))
}

impl Opened {
    /// The network with its weights.
    ///
    /// # Errors
    /// An architecture that is not known, weights of another one.
    pub fn load(self) -> Result<(Graph, Option<BackboneConfig>, HashMap<String, Tensor>)> {
        let Some(graph) = self.graph else {
            let why = self.unknown.unwrap_or_default();
            bail!("{}: {why}: with --arch NAME, or --arch FILE.json", self.path.display());
        };
        if let Some(weights) = self.onnx {
            return Ok((graph, self.config, weights));
        }
        let config = self.config.context("weights without an architecture")?;
        let but: Vec<&str> = self.but.iter().map(String::as_str).collect();
        let weights = Weights::load(&self.path, &config, &but)?.tensors().clone();
        Ok((graph, Some(config), weights))
    }
}
