//! How many numbers a network holds at once.
use crate::graph::{Graph, Input, Node, Value};
use crate::op::Op;
use candle_core::{bail, Result, Shape};
use l2face_ops::conv2d_scratch;

/// Most numbers of all values that are held at once for one image: 2 GiB in f32.
const HELD: usize = 1 << 29;

impl Graph {
    /// The most numbers that are held at once while one image passes, and the value whose computation takes them: its own, those it is
    /// computed from, those that are needed later, and what a convolution lays out on the way on the CPU. Weights are apart.
    pub fn peak(&self) -> (usize, Value) {
        let size = |value: Value| self.shape(value).iter().fold(1usize, |n, &s| n.saturating_mul(s));
        let mut held = size(Value::IMAGE);
        let mut peak = (held, Value::IMAGE);
        for (i, ended) in self.last_uses().into_iter().enumerate() {
            let value = Value::of_node(i);
            held = held.saturating_add(size(value));
            let taken = held.saturating_add(self.scratch(&self.nodes()[i]));
            if taken > peak.0 {
                peak = (taken, value);
            }
            held -= ended.into_iter().map(size).sum::<usize>();
        }
        peak
    }

    /// What a convolution lays out beside its input and output.
    fn scratch(&self, node: &Node) -> usize {
        match (&node.op, node.inputs.as_slice()) {
            (&Op::Conv { stride, padding, groups }, [Input::Value(x), Input::Weight(w), ..]) => {
                let x = Shape::from([&[1], self.shape(*x)].concat());
                let w = Shape::from(self.weights()[w].clone());
                // Sizes were checked when the node was made.
                conv2d_scratch(&x, &w, stride, padding, groups).unwrap_or(usize::MAX)
            }
            _ => 0,
        }
    }

    /// # Errors
    /// A network that would hold more than 2^29 numbers of one image at once.
    pub fn check_peak(&self) -> Result<()> {
        match (self.peak(), self.nodes()) {
            ((held, value), nodes) if held > HELD => {
                let name = value.node().map_or("the image", |i| &nodes[i].name);
                bail!("at {name} the network holds {held} numbers of one image at once, more than {HELD}")
            }
            _ => Ok(()),
        }
    }

    /// With each node the values that are not needed after it.
    fn last_uses(&self) -> Vec<Vec<Value>> {
        let mut needed = vec![false; self.nodes().len() + 1];
        needed[self.output().0] = true;
        let mut ended = vec![Vec::new(); self.nodes().len()];
        for (i, node) in self.nodes().iter().enumerate().rev() {
            let taken = node.inputs.iter().filter_map(|input| match input {
                Input::Value(value) => Some(*value),
                Input::Weight(_) => None,
            });
            for value in taken.chain([Value::of_node(i)]) {
                if !std::mem::replace(&mut needed[value.0], true) {
                    ended[i].push(value);
                }
            }
        }
        ended
    }
}
