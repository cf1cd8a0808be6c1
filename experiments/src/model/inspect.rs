//! What is in a network's file.
use super::cli::Which;
use super::open::{open, Opened};
use super::table::table;
use anyhow::Result;
use l2face_graph::{Graph, Op};
use serde_json::{json, Value};
use std::path::Path;

/// The table, or JSON.
pub(super) fn inspect(path: &Path, which: &Which, as_json: bool) -> Result<String> {
    let opened = open(path, which)?;
    Ok(match as_json {
        true => serde_json::to_string_pretty(&to_json(&opened))? + "\n",
        false => text(&opened),
    })
}

fn text(opened: &Opened) -> String {
    let mut text = format!("{} ({}, {} tensors)\n", opened.path.display(), opened.format, opened.tensors.len());
    if let Some(config) = &opened.config {
        let input = &config.input;
        let t = &input.target;
        text += &format!("network: {}\n", serde_json::to_string(&config.network).unwrap_or_default());
        text += &format!(
            "input: {} {}x{} (height x width), template {}, (x - {}) x {}\n",
            input.order,
            t.height,
            t.width,
            t.framing(),
            input.mean,
            input.scale
        );
    }
    text + &match &opened.graph {
        Some(graph) => layers(graph),
        None => tensors(opened),
    }
}

/// A line for each operation, and the sums.
fn layers(graph: &Graph) -> String {
    let mut rows = vec![["layer", "operation", "output", "numbers", "multiply-adds"].map(str::to_string)];
    for node in graph.nodes() {
        let cost = graph.node_cost(node);
        let numbers = [cost.weights, cost.multiply_adds].map(|n| if n == 0 { String::new() } else { thousands(n) });
        let [weights, multiply_adds] = numbers;
        rows.push([node.name.clone(), node.op.to_string(), shape(&node.shape), weights, multiply_adds]);
    }
    let [c, h, w] = graph.image();
    let total = graph.cost();
    format!(
        "{}\nimage {c}x{h}x{w} to {}: {} operations, {} parameters and {} moving averages in {} weights, {} multiply-adds per image\n",
        table(&rows, 3),
        shape(graph.shape(graph.output())),
        graph.nodes().len(),
        thousands(total.weights - averages(graph)),
        thousands(averages(graph)),
        graph.weights().len(),
        thousands(total.multiply_adds)
    )
}

/// Numbers of batch normalisation that training does not change by a gradient: its last two inputs.
fn averages(graph: &Graph) -> u64 {
    let norms = graph.nodes().iter().filter(|node| matches!(node.op, Op::BatchNorm { .. }));
    norms.map(|node| 2 * node.shape[0] as u64).sum()
}

/// A line for each tensor, where nothing more is known.
fn tensors(opened: &Opened) -> String {
    let mut rows = vec![["tensor", "type", "shape"].map(str::to_string)];
    for (name, (dims, dtype)) in &opened.tensors {
        rows.push([name.clone(), dtype.as_str().to_string(), shape(dims.dims())]);
    }
    let why = opened.unknown.as_deref().unwrap_or("the architecture is not known");
    let numbers: usize = opened.tensors.values().map(|(shape, _)| shape.elem_count()).sum();
    format!("{}\n{} numbers; {why}: with --arch\n", table(&rows, 3), thousands(numbers as u64))
}

fn shape(dims: &[usize]) -> String {
    dims.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
}

fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let groups: Vec<String> =
        digits.as_bytes().rchunks(3).rev().map(|g| g.iter().map(|&b| char::from(b)).collect()).collect();
    groups.join(",")
}

fn to_json(opened: &Opened) -> Value {
    let tensor = |(name, (shape, dtype)): (&String, &(candle_core::Shape, candle_core::DType))| json!({"name": name, "shape": shape.dims(), "type": dtype.as_str()});
    json!({
        "schema": "l2face-model/1",
        "format": opened.format,
        "config": opened.config,
        "tensors": opened.tensors.iter().map(tensor).collect::<Vec<_>>(),
        "layers": opened.graph.as_ref().map(|graph| graph.nodes().iter().map(|node| {
            let cost = graph.node_cost(node);
            json!({"name": node.name, "operation": node.op.to_string(), "output": node.shape,
                   "numbers": cost.weights, "multiply_adds": cost.multiply_adds})
        }).collect::<Vec<_>>()),
        "parameters": opened.graph.as_ref().map(|graph| graph.cost().weights - averages(graph)),
        "numbers": opened.graph.as_ref().map(|graph| graph.cost().weights),
        "multiply_adds": opened.graph.as_ref().map(|graph| graph.cost().multiply_adds),
    })
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!([0, 7, 999, 1000, 27_543_072].map(thousands), ["0", "7", "999", "1,000", "27,543,072"]);
    }
}
