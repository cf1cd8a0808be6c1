//! From the messages of a file to a graph.
mod attributes;
mod constant;
mod conv;
mod elementwise;
mod external;
mod importer;
mod linear;
mod operators;
mod pool;
mod shapes;
mod tensor;

use crate::model::Model;
use crate::proto::{GraphProto, ModelProto, NodeProto, TensorProto, ValueInfo};
use candle_core::{bail, Error, Result};
use external::Beside;
use importer::Importer;
use l2face_graph::{Op, Value};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Operator sets whose meaning is known; those before 7 broadcast by attributes.
const OPSETS: std::ops::RangeInclusive<i64> = 7..=25;
/// Longest side of an image.
const LARGEST: usize = 1 << 12;
/// Numbers that a file may describe without holding them.
const DESCRIBED: usize = 1 << 24;

/// Nothing, as long as an operator or a shape is missing; each error names its node.
pub(crate) fn model(model: ModelProto, folder: Option<&Path>) -> Result<Model> {
    check_opset(&model)?;
    let Some(graph) = model.graph else { bail!("the file has no graph: not an ONNX network, or truncated") };
    let metadata = model.metadata_props.into_iter().map(|e| (e.key.unwrap_or_default(), e.value.unwrap_or_default()));
    let metadata = metadata.collect();
    let (graph, weights) = read(graph, folder)?;
    Ok(Model { graph, weights, metadata })
}

type Read = (l2face_graph::Graph, HashMap<String, candle_core::Tensor>);

fn read(graph: GraphProto, folder: Option<&Path>) -> Result<Read> {
    let GraphProto { node: nodes, initializer, input, output, .. } = graph;
    let constants: HashSet<&str> = initializer.iter().filter_map(|t| t.name.as_deref()).collect();
    let inputs: Vec<&ValueInfo> = input.iter().filter(|v| !constants.contains(name(v))).collect();
    let [input] = inputs[..] else {
        bail!("an embedder has one input, the image; this network has {}", list(inputs.iter().map(|v| name(v))));
    };
    let [output] = &output[..] else {
        bail!("an embedder has one output; this network has {}", list(output.iter().map(name)));
    };
    let needed = needed(&nodes, name(output))?;
    let (image, rows_first) = image(input)?;
    let mut importer = Importer::new(image, budget(&initializer, &nodes));
    importer.image(name(input), rows_first)?;
    let mut beside = Beside::new(folder);
    for tensor in initializer {
        let name = tensor.name.clone().unwrap_or_default();
        let constant = tensor::constant(tensor, &mut beside).map_err(|e| e.context(format!("the constant {name}")))?;
        importer.constant(&name, constant)?;
    }
    for (node, _) in nodes.into_iter().zip(needed).filter(|(_, needed)| *needed) {
        operators::node(&mut importer, &node)?;
    }
    importer.finish(name(output))
}

/// Four times the numbers of the file's constants, those of `Constant` nodes too, and a little more: each may become a weight and be turned
/// once. A node's numbers are not in another file.
fn budget(constants: &[TensorProto], nodes: &[NodeProto]) -> usize {
    let settings = nodes.iter().flat_map(|node| &node.attribute);
    let set = settings.map(|a| {
        let tensor = a.t.as_ref().filter(|t| t.data_location != Some(1)).map_or(0, tensor::held);
        tensor + a.floats.len() + a.ints.len()
    });
    let held = constants.iter().map(tensor::held).chain(set).fold(0usize, usize::saturating_add);
    held.saturating_mul(4).saturating_add(DESCRIBED)
}

fn check_opset(model: &ModelProto) -> Result<()> {
    let own = |domain: &Option<String>| matches!(domain.as_deref(), None | Some("" | "ai.onnx"));
    let version = model.opset_import.iter().find(|set| own(&set.domain)).and_then(|set| set.version);
    match version {
        Some(version) if OPSETS.contains(&version) => Ok(()),
        Some(version) => bail!("operator set {version} is not known, only {} to {}", OPSETS.start(), OPSETS.end()),
        None => bail!("the file names no operator set: not an ONNX network, or truncated"),
    }
}

fn name(value: &ValueInfo) -> &str {
    value.name.as_deref().unwrap_or_default()
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let more = if names.len() > 5 { ", ..." } else { "" };
    format!("{}: {}{more}", names.len(), names[..names.len().min(5)].join(", "))
}

/// Channels, height and width, and whether the input is (batch, height, width, channels).
fn image(input: &ValueInfo) -> Result<([usize; 3], bool)> {
    let tensor = input.r#type.as_ref().and_then(|t| t.tensor_type.as_ref());
    let dims = tensor.and_then(|t| t.shape.as_ref()).map(|s| s.dim.as_slice()).unwrap_or_default();
    let sizes: Vec<Option<i64>> = dims.iter().map(|d| d.dim_value.filter(|v| *v > 0)).collect();
    let batch = sizes.first().copied().flatten();
    if !matches!(batch, None | Some(1)) {
        bail!(
            "the input {} has a fixed batch of {batch:?}: export the network with batch 1 or a dynamic batch",
            name(input)
        );
    }
    let size = |v: i64| match usize::try_from(v) {
        Ok(size) if size <= LARGEST => Ok(size),
        _ => Err(Error::msg(format!(
            "the input {} is {sizes:?}: sides of at most {LARGEST} pixels are read",
            name(input)
        ))),
    };
    match sizes[..] {
        [_, Some(c @ (1 | 3)), Some(h), Some(w)] => Ok(([size(c)?, size(h)?, size(w)?], false)),
        [_, Some(h), Some(w), Some(c @ (1 | 3))] => Ok(([size(c)?, size(h)?, size(w)?], true)),
        _ => bail!(
            "the input {} is {sizes:?}, not images (batch, 3, height, width) of a fixed size: export the network with one",
            name(input)
        ),
    }
}

/// Which nodes the output depends on.
fn needed(nodes: &[NodeProto], output: &str) -> Result<Vec<bool>> {
    let mut names: HashSet<&str> = HashSet::from([output]);
    let mut needed = vec![false; nodes.len()];
    for (node, needed) in nodes.iter().zip(&mut needed).rev() {
        *needed = node.output.iter().any(|o| names.contains(o.as_str()));
        if *needed {
            names.extend(node.input.iter().map(String::as_str));
        }
    }
    Ok(needed)
}

impl Importer {
    /// The input, turned to planes of colour if they are not.
    fn image(&mut self, name: &str, rows_first: bool) -> Result<()> {
        let value = match rows_first {
            true => self.graph.push("rows-first", Op::Permute(vec![1, 2, 0]), vec![Value::IMAGE.into()])?,
            false => Value::IMAGE,
        };
        self.value(name, value);
        Ok(())
    }
}
