//! The forward pass written down as a graph.
use crate::conv_norm::ConvNorm;
use crate::dense::Dense;
use crate::dropout::Dropout;
use crate::pass::{Activation, Pass};
use candle_core::{bail, Result};
use l2face_graph::{Binary, Graph, Input, Op, Unary, Value};
use l2face_ops::nn::{BatchNorm, Conv2d, Conv2dConfig, Prelu};

/// Notes each operation with the names of its variables.
pub(crate) struct Record {
    pub graph: Graph,
}

impl Record {
    fn one(&mut self, name: &str, op: Op, x: &Value) -> Result<Value> {
        self.graph.push(name, op, vec![(*x).into()])
    }

    /// The variables of a layer that have this shape.
    fn weights(&mut self, layer: &str, names: &[&str], shape: &[usize]) -> Result<Vec<Input>> {
        names.iter().map(|name| self.graph.weight(&format!("{layer}.{name}"), shape)).collect()
    }

    fn conv(&mut self, x: &Value, conv: &Conv2d) -> Result<Value> {
        let Conv2dConfig { inputs, outputs, kernel, stride, padding, groups, bias } = conv.config()?;
        let mut all = vec![(*x).into()];
        all.extend(self.weights(conv.name(), &["weight"], &[outputs, inputs / groups, kernel, kernel])?);
        if bias {
            all.extend(self.weights(conv.name(), &["bias"], &[outputs])?);
        }
        self.graph.push(conv.name(), Op::Conv { stride, padding, groups }, all)
    }

    fn channels(&self, x: &Value) -> usize {
        self.graph.shape(*x)[0]
    }
}

impl Pass for Record {
    type X = Value;

    fn conv_norm(&mut self, x: &Value, conv: &ConvNorm, activation: Activation<'_>) -> Result<Value> {
        let (conv, norm) = conv.parts();
        let Some(norm) = norm else {
            bail!("a network for inference cannot be written down: take the one it came from")
        };
        let x = self.conv(x, conv)?;
        let x = self.batch_norm(&x, norm)?;
        match activation {
            Activation::None => Ok(x),
            Activation::Relu => self.one("relu", Op::Unary(Unary::Relu), &x),
            Activation::Prelu(prelu) => self.prelu(&x, prelu),
        }
    }

    fn conv_prelu(&mut self, x: &Value, conv: &Conv2d, prelu: &Prelu) -> Result<Value> {
        let x = self.conv(x, conv)?;
        self.prelu(&x, prelu)
    }

    fn batch_norm(&mut self, x: &Value, norm: &BatchNorm) -> Result<Value> {
        let mut inputs = vec![(*x).into()];
        let names = ["weight", "bias", "running_mean", "running_var"];
        inputs.extend(self.weights(norm.name(), &names, &[self.channels(x)])?);
        self.graph.push(norm.name(), Op::BatchNorm { eps: norm.config().eps }, inputs)
    }

    fn prelu(&mut self, x: &Value, prelu: &Prelu) -> Result<Value> {
        let mut inputs = vec![(*x).into()];
        inputs.extend(self.weights(prelu.name(), &["weight"], &[self.channels(x)])?);
        self.graph.push(prelu.name(), Op::Prelu, inputs)
    }

    fn dense(&mut self, x: &Value, dense: &Dense) -> Result<Value> {
        let (shape, bias) = dense.sizes();
        let mut inputs = vec![(*x).into()];
        inputs.extend(self.weights(dense.name(), &["weight"], shape)?);
        if bias {
            inputs.extend(self.weights(dense.name(), &["bias"], &shape[..1])?);
        }
        self.graph.push(dense.name(), Op::Linear, inputs)
    }

    fn dropout(&mut self, x: &Value, _: &Dropout) -> Result<Value> {
        Ok(*x)
    }

    fn add(&mut self, x: &Value, y: &Value) -> Result<Value> {
        self.graph.push("add", Op::Binary(Binary::Add), vec![(*x).into(), (*y).into()])
    }

    fn add_relu(&mut self, x: &Value, y: &Value) -> Result<Value> {
        let x = self.add(x, y)?;
        self.one("relu", Op::Unary(Unary::Relu), &x)
    }

    fn max_pool(&mut self, x: &Value, kernel: usize, stride: usize, padding: usize) -> Result<Value> {
        self.one("max-pool", Op::MaxPool { kernel, stride, padding }, x)
    }

    fn mean(&mut self, x: &Value) -> Result<Value> {
        let x = self.one("mean", Op::GlobalMean, x)?;
        self.flatten(&x)
    }

    fn flatten(&mut self, x: &Value) -> Result<Value> {
        let numbers = self.graph.shape(*x).iter().product();
        self.one("flatten", Op::Reshape(vec![numbers]), x)
    }
}
