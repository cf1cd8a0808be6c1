//! What a network costs.
use crate::graph::{Graph, Input, Node};
use crate::op::Op;

/// What one image costs, and what the network takes to store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Multiply-adds of convolutions and matrix products for one image.
    pub multiply_adds: u64,
    /// Numbers of all weights, moving averages included.
    pub weights: u64,
}

impl Graph {
    /// The cost of the whole network.
    pub fn cost(&self) -> Cost {
        let multiply_adds =
            self.nodes().iter().map(|node| self.node_cost(node).multiply_adds).fold(0, u64::saturating_add);
        let weights = self.weights().values().map(|shape| product(shape)).sum();
        Cost { multiply_adds, weights }
    }

    /// The cost of one operation; a weight that several take counts for each.
    pub fn node_cost(&self, node: &Node) -> Cost {
        let shapes = node.inputs.iter().filter_map(|input| match input {
            Input::Weight(name) => self.weights().get(name),
            Input::Value(_) => None,
        });
        let shapes: Vec<&Vec<usize>> = shapes.collect();
        let multiply_adds = match node.op {
            // Each output takes one kernel's numbers: the weights of one output channel.
            Op::Conv { .. } => product(&node.shape).saturating_mul(product(&shapes[0][1..])),
            Op::Linear => product(shapes[0]),
            _ => 0,
        };
        Cost { multiply_adds, weights: shapes.iter().map(|shape| product(shape)).sum() }
    }
}

fn product(shape: &[usize]) -> u64 {
    shape.iter().fold(1, |n: u64, &size| n.saturating_mul(size as u64))
}
