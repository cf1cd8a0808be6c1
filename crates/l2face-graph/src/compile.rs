//! From a graph and the numbers of its weights to steps: normalisation folded into convolutions, activations fused, values dropped after
//! their last use.
use crate::graph::{Graph, Input, Node};
use crate::op::{Binary, Op, Unary};
use crate::run::{Conv, Kernel, Step};
use candle_core::{bail, DType, Device, Result, Tensor, Var};
use l2face_ops::{fold_batch_norm, BatchNormConfig, RunningStats};
use std::collections::HashMap;

/// The weights of a graph, checked, on one device.
pub(crate) struct Weights<'a> {
    pub tensors: &'a HashMap<String, Tensor>,
    pub dtype: DType,
    pub device: &'a Device,
}

impl Weights<'_> {
    fn get(&self, graph: &Graph, name: &str) -> Result<Tensor> {
        let Some(tensor) = self.tensors.get(name) else { bail!("the weight {name} is missing") };
        let shape = &graph.weights()[name];
        if tensor.dims() != shape {
            bail!("the weight {name} is {:?}, the network takes {shape:?}", tensor.dims());
        }
        tensor.detach().to_dtype(self.dtype)?.to_device(self.device)?.contiguous()
    }

    /// Those of a node, in the order of its inputs.
    fn of(&self, graph: &Graph, node: &Node) -> Result<Vec<Tensor>> {
        let names = node.inputs.iter().filter_map(|input| match input {
            Input::Weight(name) => Some(name),
            Input::Value(_) => None,
        });
        names.map(|name| self.get(graph, name)).collect()
    }
}

struct Compiler<'a> {
    graph: &'a Graph,
    weights: Weights<'a>,
    /// The node that alone takes a node's value.
    only_user: Vec<Option<usize>>,
    done: Vec<bool>,
}

/// The steps of a graph.
pub(crate) fn compile(graph: &Graph, weights: Weights<'_>) -> Result<Vec<Step>> {
    let mut compiler =
        Compiler { graph, weights, only_user: only_users(graph), done: vec![false; graph.nodes().len()] };
    let mut steps = Vec::new();
    for i in 0..graph.nodes().len() {
        if !compiler.done[i] {
            steps.push(compiler.step(i).map_err(|e| e.context(graph.nodes()[i].name.clone()))?);
        }
    }
    release(graph, &mut steps);
    Ok(steps)
}

fn only_users(graph: &Graph) -> Vec<Option<usize>> {
    let mut users = vec![Vec::new(); graph.nodes().len()];
    for (user, node) in graph.nodes().iter().enumerate() {
        for input in &node.inputs {
            if let Input::Value(value) = input {
                value.node().into_iter().for_each(|i| users[i].push(user));
            }
        }
    }
    users.into_iter().map(|users| <[usize; 1]>::try_from(users).ok().map(|[user]| user)).collect()
}

impl Compiler<'_> {
    /// The step that begins with node `i`, and with it the nodes after it that can be done at once.
    fn step(&mut self, i: usize) -> Result<Step> {
        let node = &self.graph.nodes()[i];
        let own = self.weights.of(self.graph, node)?;
        let mut last = i;
        let kernel = match &node.op {
            Op::Conv { stride, padding, groups } => {
                let (weight, bias) = self.folded(&mut last, own)?;
                let slope = self.slope(&mut last, node.shape[0])?;
                Kernel::Conv(Conv::new([weight, bias], slope, *stride, *padding, *groups)?)
            }
            Op::BatchNorm { eps } => {
                let (norm, slope) = (own, self.slope(&mut last, node.shape[0])?);
                let config = BatchNormConfig { eps: *eps, ..Default::default() };
                let slope = slope.map_or_else(|| norm[0].ones_like(), Ok)?;
                Kernel::BatchNorm {
                    weight: norm[0].clone(),
                    bias: norm[1].clone(),
                    running: stats(&norm[2..])?,
                    config,
                    slope,
                }
            }
            Op::Prelu => Kernel::Prelu(own[0].clone()),
            Op::Linear => Kernel::Linear(candle_nn::Linear::new(own[0].clone(), own.get(1).cloned())),
            Op::Binary(Binary::Add) if self.follows(i, |op| *op == Op::Unary(Unary::Relu)) && self.alike(node) => {
                self.take(&mut last);
                Kernel::AddRelu
            }
            op => {
                Kernel::Plain(op.clone(), node.inputs.iter().map(|input| self.operand(input)).collect::<Result<_>>()?)
            }
        };
        let inputs = node.inputs.iter().filter_map(|input| match input {
            Input::Value(value) => Some(value.0),
            Input::Weight(_) => None,
        });
        Ok(Step { kernel, inputs: inputs.collect(), output: last + 1, dropped: Vec::new() })
    }

    fn operand(&self, input: &Input) -> Result<Option<Tensor>> {
        match input {
            Input::Value(_) => Ok(None),
            Input::Weight(name) => self.weights.get(self.graph, name).map(Some),
        }
    }

    /// Whether both inputs are values of the node's own shape.
    fn alike(&self, node: &Node) -> bool {
        let same = |input: &Input| matches!(input, Input::Value(v) if self.graph.shape(*v) == node.shape);
        node.inputs.iter().all(same)
    }

    /// Whether an operation of this kind takes the value of node `i`, and nothing else does.
    fn follows(&self, i: usize, is: impl Fn(&Op) -> bool) -> bool {
        self.only_user[i].is_some_and(|user| is(&self.graph.nodes()[user].op))
    }

    /// Does the user of node `last` in the same step.
    fn take(&mut self, last: &mut usize) {
        if let Some(user) = self.only_user[*last] {
            self.done[user] = true;
            *last = user;
        }
    }

    /// Weights and bias of a convolution, with the normalisation that follows it.
    fn folded(&mut self, last: &mut usize, own: Vec<Tensor>) -> Result<(Tensor, Tensor)> {
        let weight = own[0].clone();
        let bias = own
            .get(1)
            .map_or_else(|| Tensor::zeros(weight.dim(0)?, weight.dtype(), weight.device()), |b| Ok(b.clone()))?;
        let Some(user) = self.only_user[*last] else { return Ok((weight, bias)) };
        let norm = &self.graph.nodes()[user];
        let Op::BatchNorm { eps } = norm.op else { return Ok((weight, bias)) };
        let parameters = self.weights.of(self.graph, norm)?;
        let running = stats(&[(&parameters[2] - &bias)?, parameters[3].clone()])?;
        self.take(last);
        fold_batch_norm(&weight, &parameters[0], &parameters[1], &running, eps)
    }

    /// The slopes of the PReLU or ReLU that follows.
    fn slope(&mut self, last: &mut usize, channels: usize) -> Result<Option<Tensor>> {
        let Some(user) = self.only_user[*last] else { return Ok(None) };
        let node = &self.graph.nodes()[user];
        let slope = match node.op {
            Op::Prelu => self.weights.of(self.graph, node)?[0].clone(),
            Op::Unary(Unary::Relu) => Tensor::zeros(channels, self.weights.dtype, self.weights.device)?,
            _ => return Ok(None),
        };
        self.take(last);
        Ok(Some(slope))
    }
}

fn stats(mean_and_var: &[Tensor]) -> Result<RunningStats> {
    Ok(RunningStats { mean: Var::from_tensor(&mean_and_var[0])?, var: Var::from_tensor(&mean_and_var[1])? })
}

/// Notes with each step the values that nothing after it takes.
fn release(graph: &Graph, steps: &mut [Step]) {
    let mut needed = vec![false; graph.nodes().len() + 1];
    needed[graph.output().0] = true;
    for step in steps.iter_mut().rev() {
        for &value in step.inputs.iter().chain([&step.output]) {
            if !std::mem::replace(&mut needed[value], true) {
                step.dropped.push(value);
            }
        }
    }
}
