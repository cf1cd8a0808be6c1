//! The state of reading: what each name stands for, and the graph so far.
use super::constant::Constant;
use crate::proto::NodeProto;
use candle_core::{bail, Result, Tensor};
use l2face_graph::{Graph, Input, Op, Value};
use std::collections::HashMap;

/// What a name of the file stands for.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// A value that depends on the image.
    Value(Value),
    /// One that does not.
    Constant(Constant),
}

/// Reads node after node. Sizes are worked out for a batch of one: an axis of images stands first in every value, and no operation may
/// touch it.
pub(crate) struct Importer {
    pub graph: Graph,
    pub weights: HashMap<String, Tensor>,
    items: HashMap<String, Item>,
    /// Numbers that constants and weights may still take.
    budget: usize,
}

impl Importer {
    /// `budget`: how many numbers constants and weights may take together, in copies and all.
    pub fn new(image: [usize; 3], budget: usize) -> Self {
        Self { graph: Graph::new(image), weights: HashMap::new(), items: HashMap::new(), budget }
    }

    /// # Errors
    /// More numbers than a network of this file's size can need: each node could otherwise copy the largest.
    fn charge(&mut self, numbers: usize) -> Result<()> {
        match self.budget.checked_sub(numbers) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => bail!("its constants are copied and enlarged beyond what a file of its size can mean"),
        }
    }

    pub fn value(&mut self, name: &str, value: Value) {
        self.items.insert(name.into(), Item::Value(value));
    }

    pub fn constant(&mut self, name: &str, constant: Constant) -> Result<()> {
        self.charge(constant.len())?;
        self.items.insert(name.into(), Item::Constant(constant));
        Ok(())
    }

    /// The `i`-th input of a node; none if it is left out.
    pub fn input(&self, node: &NodeProto, i: usize) -> Result<Option<&Item>> {
        match node.input.get(i).map(String::as_str) {
            None | Some("") => Ok(None),
            Some(name) => match self.items.get(name) {
                Some(item) => Ok(Some(item)),
                None => bail!("takes {name}, which nothing before it gives"),
            },
        }
    }

    pub fn needed(&self, node: &NodeProto, i: usize) -> Result<&Item> {
        match self.input(node, i)? {
            Some(item) => Ok(item),
            None => bail!("lacks its input {i}"),
        }
    }

    /// Copies of all inputs of a node that takes any number of them, paid for before they are made: one constant may be named a thousand times.
    pub fn copies(&mut self, node: &NodeProto) -> Result<Vec<Item>> {
        let mut numbers = 0usize;
        for i in 0..node.input.len() {
            if let Item::Constant(constant) = self.needed(node, i)? {
                numbers = numbers.saturating_add(constant.len());
            }
        }
        self.charge(numbers)?;
        (0..node.input.len()).map(|i| self.needed(node, i).cloned()).collect()
    }

    /// An input that depends on the image.
    pub fn image_value(&self, node: &NodeProto, i: usize) -> Result<Value> {
        match self.needed(node, i)? {
            Item::Value(value) => Ok(*value),
            Item::Constant(_) => bail!("input {i} is a constant, a value was expected"),
        }
    }

    /// An input that does not; none if it is left out.
    pub fn known(&self, node: &NodeProto, i: usize) -> Result<Option<&Constant>> {
        match self.input(node, i)? {
            None => Ok(None),
            Some(Item::Constant(constant)) => Ok(Some(constant)),
            Some(Item::Value(_)) => bail!("input {i} depends on the image, a constant was expected"),
        }
    }

    pub fn needed_constant(&self, node: &NodeProto, i: usize) -> Result<&Constant> {
        match self.known(node, i)? {
            Some(constant) => Ok(constant),
            None => bail!("lacks its input {i}"),
        }
    }

    /// Makes a constant a weight of the graph under the file's own name; under another if that is taken with other numbers.
    pub fn weight(&mut self, name: &str, constant: &Constant, shape: Vec<usize>) -> Result<Input> {
        let tensor = constant.clone().reshaped(shape)?.tensor()?;
        self.weight_tensor(name, tensor)
    }

    pub fn weight_tensor(&mut self, name: &str, tensor: Tensor) -> Result<Input> {
        let mut free = name.to_string();
        for i in 1.. {
            match self.weights.get(&free) {
                Some(held) if !same(held, &tensor)? => free = format!("{name}#{i}"),
                Some(_) => return Ok(Input::Weight(free)),
                None => break,
            }
        }
        let name = free;
        self.charge(tensor.elem_count())?;
        let input = self.graph.weight(&name, tensor.dims())?;
        self.weights.insert(name, tensor);
        Ok(input)
    }

    /// A weight that was computed: a name that no other has.
    pub fn computed_weight(&mut self, name: &str, tensor: Tensor) -> Result<Input> {
        let name = format!("{name}@{}", self.graph.nodes().len());
        self.weight_tensor(&name, tensor)
    }

    /// The shape of a value for a batch of one, as the file sees it.
    pub fn full_shape(&self, value: Value) -> Vec<usize> {
        [&[1], self.graph.shape(value)].concat()
    }

    /// Adds an operation and gives its result the node's own name.
    pub fn push(&mut self, node: &NodeProto, op: Op, inputs: Vec<Input>) -> Result<()> {
        let value = self.step(node, op, inputs)?;
        self.give(node, Item::Value(value))
    }

    /// Adds an operation on the way to the node's result.
    pub fn step(&mut self, node: &NodeProto, op: Op, inputs: Vec<Input>) -> Result<Value> {
        self.graph.push(title(node), op, inputs)
    }

    /// What the node's first output stands for.
    pub fn give(&mut self, node: &NodeProto, item: Item) -> Result<()> {
        let Some(name) = node.output.first() else { bail!("gives nothing") };
        if let Item::Constant(constant) = &item {
            self.charge(constant.len())?;
        }
        if self.items.insert(name.clone(), item).is_some() {
            bail!("gives {name}, which something before it gave");
        }
        Ok(())
    }

    /// The graph, when the output is the last value.
    pub fn finish(mut self, output: &str) -> Result<(Graph, HashMap<String, Tensor>)> {
        let Some(Item::Value(value)) = self.items.get(output).cloned() else {
            bail!("the output {output} does not depend on the image");
        };
        let shape = self.graph.shape(value).to_vec();
        let [d] = shape[..] else {
            bail!("an embedder gives (batch, D); {output} is {:?}", self.full_shape(value));
        };
        if value != self.graph.output() {
            self.graph.push(output, Op::Reshape(vec![d]), vec![value.into()])?;
        }
        self.graph.check_peak()?;
        Ok((self.graph, self.weights))
    }
}

/// Whether two weights are the same numbers, not a number among them too.
fn same(a: &Tensor, b: &Tensor) -> Result<bool> {
    if a.dims() != b.dims() {
        return Ok(false);
    }
    let [a, b]: [Vec<f32>; 2] = [a.flatten_all()?.to_vec1()?, b.flatten_all()?.to_vec1()?];
    Ok(a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits()))
}

/// What to call a node in messages and tables.
pub(crate) fn title(node: &NodeProto) -> String {
    let own = node.name.as_deref().filter(|name| !name.is_empty());
    own.or(node.output.first().map(String::as_str)).unwrap_or("a node without a name").to_string()
}
