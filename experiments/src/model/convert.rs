//! The same network in another format.
use super::cli::Which;
use super::open::open;
use crate::files;
use anyhow::{bail, ensure, Context, Result};
use candle_core::DType;
use l2face_backbone::{BackboneConfig, Naming, Weights};
use l2face_graph::{Graph, Input, Op};
use l2face_onnx::Model;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Reads `from`, writes `to`; a line that says what was written.
pub(super) fn convert(from: &Path, to: &Path, which: &Which, force: bool) -> Result<String> {
    ensure!(force || !to.exists(), "{} exists already: --force replaces it", to.display());
    let write = match to.extension().and_then(|e| e.to_str()) {
        Some("onnx") => onnx,
        Some("safetensors") => safetensors,
        _ => bail!("{}: written are .safetensors and .onnx", to.display()),
    };
    let (graph, config, weights) = open(from, which)?.load()?;
    let weights = weights.into_iter().map(|(name, t)| Ok((name, t.to_dtype(DType::F32)?))).collect::<Result<_>>()?;
    let cost = graph.cost();
    files::write(to, &write(graph, config, weights).with_context(|| from.display().to_string())?)?;
    Ok(format!("{}: {} numbers, {} multiply-adds per image\n", to.display(), cost.weights, cost.multiply_adds))
}

type Tensors = HashMap<String, candle_core::Tensor>;

fn onnx(graph: Graph, config: Option<BackboneConfig>, weights: Tensors) -> Result<Vec<u8>> {
    let metadata = config.map(|config| config.notes()).transpose()?.unwrap_or_else(BTreeMap::new);
    Ok(Model { graph, weights, metadata }.encode()?)
}

/// What each operation does and takes; constants as a file holds them, in f32.
fn operations(graph: &Graph) -> Vec<(Op, Vec<Input>)> {
    let rounded = |op: &Op| match op {
        Op::BatchNorm { eps } => Op::BatchNorm { eps: f64::from(*eps as f32) },
        other => other.clone(),
    };
    graph.nodes().iter().map(|node| (rounded(&node.op), node.inputs.clone())).collect()
}

/// The weights under the names of their architecture, as those of a file of weights alone are read.
fn with_our_names(graph: Graph, config: &BackboneConfig, weights: Tensors) -> Result<(Graph, Tensors)> {
    let naming = Naming::of(weights.keys());
    let ours = naming.translate(&weights.into_iter().collect(), config)?;
    let names: HashMap<&str, &str> = ours.iter().map(|(ours, (theirs, _))| (theirs.as_str(), ours.as_str())).collect();
    let graph = graph.with_names(|theirs| names.get(theirs).copied().unwrap_or(theirs).to_string())?;
    Ok((graph, ours.into_iter().map(|(ours, (_, tensor))| (ours, tensor)).collect()))
}

fn safetensors(graph: Graph, config: Option<BackboneConfig>, weights: Tensors) -> Result<Vec<u8>> {
    let Some(config) = config else {
        bail!(
            "a network that is not one of ours has no place in a file of weights alone: its operations would be lost"
        );
    };
    let (graph, weights) = with_our_names(graph, &config, weights)?;
    ensure!(
        operations(&graph) == operations(&config.graph()?),
        "its operations are not those of its architecture: in a file of weights alone they would be lost"
    );
    let wanted = config.variables()?;
    for (name, shape) in &wanted {
        let held =
            weights.get(name).with_context(|| format!("the variable {name} is missing: not this architecture"))?;
        ensure!(held.shape() == shape, "{name} is {:?} in place of {:?}", held.dims(), shape.dims());
    }
    let kept = weights.into_iter().filter(|(name, _)| wanted.contains_key(name)).collect();
    Ok(Weights::of(kept).to_safetensors(&config)?)
}
