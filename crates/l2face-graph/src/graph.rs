//! A network as a list of operations in the order of their computation.
use crate::op::Op;
use crate::shape::{infer, numbers};
use candle_core::{bail, Result};
use std::collections::BTreeMap;

/// Most operations of a network.
const NODES: usize = 100_000;

/// A value on the way: the image, or what a node gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value(pub(crate) usize);

impl Value {
    /// The batch of images.
    pub const IMAGE: Self = Self(0);

    /// What the `i`-th node gives, counted from 0.
    pub fn of_node(i: usize) -> Self {
        Self(i + 1)
    }

    /// The node that gives it; none for the image.
    pub fn node(self) -> Option<usize> {
        self.0.checked_sub(1)
    }
}

/// What an operation takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A value on the way.
    Value(Value),
    /// A weight by its name.
    Weight(String),
}

impl From<Value> for Input {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands in the network, for messages and tables.
    pub name: String,
    /// What it does.
    pub op: Op,
    /// What it takes.
    pub inputs: Vec<Input>,
    /// What it gives for one image, without the batch.
    pub shape: Vec<usize>,
}

/// The structure of a network, without the numbers of its weights.
///
/// ```
/// use l2face_graph::{Graph, Op, Value};
/// let mut graph = Graph::new([3, 8, 8]);
/// let w = graph.weight("conv.weight", &[4, 3, 3, 3])?;
/// let y = graph.push("conv", Op::Conv { stride: 2, padding: 1, groups: 1 }, vec![Value::IMAGE.into(), w])?;
/// assert_eq!(graph.shape(y), [4, 4, 4]);
/// assert_eq!(graph.cost().multiply_adds, 4 * 4 * 4 * 27);
/// # Ok::<(), candle_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    image: [usize; 3],
    nodes: Vec<Node>,
    weights: BTreeMap<String, Vec<usize>>,
}

impl Graph {
    /// A network of no operation on images (channels, height, width).
    pub fn new(image: [usize; 3]) -> Self {
        Self { image, nodes: Vec::new(), weights: BTreeMap::new() }
    }

    /// Makes a weight known.
    ///
    /// # Errors
    /// A name that is known with another shape; a shape whose numbers cannot be counted.
    pub fn weight(&mut self, name: &str, shape: &[usize]) -> Result<Input> {
        numbers(shape).map_err(|e| e.context(format!("weight {name}")))?;
        match self.weights.get(name) {
            Some(known) if known != shape => bail!("weight {name} is {known:?} at one place and {shape:?} at another"),
            Some(_) => {}
            None => {
                self.weights.insert(name.into(), shape.into());
            }
        }
        Ok(Input::Weight(name.into()))
    }

    /// Adds an operation, checked against the shapes of what it takes.
    ///
    /// # Errors
    /// Shapes that do not fit the operation, inputs that do not exist, a result that cannot be held.
    pub fn push(&mut self, name: impl Into<String>, op: Op, inputs: Vec<Input>) -> Result<Value> {
        let name = name.into();
        if self.nodes.len() >= NODES {
            bail!("{name}: a network may have {NODES} operations");
        }
        let shape = self.inferred(&op, &inputs).map_err(|e| e.context(format!("{name} ({})", op.name())))?;
        self.nodes.push(Node { name, op, inputs, shape });
        Ok(Value(self.nodes.len()))
    }

    fn inferred(&self, op: &Op, inputs: &[Input]) -> Result<Vec<usize>> {
        let shapes = inputs.iter().map(|input| self.input_shape(input)).collect::<Result<Vec<_>>>()?;
        let is_weight: Vec<bool> = inputs.iter().map(|input| matches!(input, Input::Weight(_))).collect();
        infer(op, &shapes, &is_weight)
    }

    fn input_shape(&self, input: &Input) -> Result<&[usize]> {
        match input {
            Input::Value(value) if value.0 <= self.nodes.len() => Ok(self.shape(*value)),
            Input::Value(_) => bail!("takes a value that does not exist yet"),
            Input::Weight(name) => match self.weights.get(name) {
                Some(shape) => Ok(shape),
                None => bail!("there is no weight {name}"),
            },
        }
    }

    /// The shape of a value of this network for one image.
    pub fn shape(&self, value: Value) -> &[usize] {
        value.node().map_or(&self.image, |node| &self.nodes[node].shape)
    }

    /// Channels, height and width of the image.
    pub fn image(&self) -> [usize; 3] {
        self.image
    }

    /// The operations in the order of their computation.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Shapes of the weights by name.
    pub fn weights(&self) -> &BTreeMap<String, Vec<usize>> {
        &self.weights
    }

    /// The same network with other names for its weights.
    ///
    /// # Errors
    /// Two weights that would have one name.
    pub fn with_names(mut self, name: impl Fn(&str) -> String) -> Result<Self> {
        let mut weights = BTreeMap::new();
        for (old, shape) in self.weights {
            if weights.insert(name(&old), shape).is_some() {
                bail!("{old} and another weight would both be named {}", name(&old));
            }
        }
        let inputs = self.nodes.iter_mut().flat_map(|node| &mut node.inputs);
        inputs.for_each(|input| match input {
            Input::Weight(old) => *old = name(old),
            Input::Value(_) => {}
        });
        self.weights = weights;
        Ok(self)
    }

    /// What the last operation gives: the network's output.
    pub fn output(&self) -> Value {
        Value(self.nodes.len())
    }
}
