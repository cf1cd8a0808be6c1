//! A graph with its weights: a network for evaluation.
use crate::compile::{compile, Weights};
use crate::graph::Graph;
use crate::run::Step;
use candle_core::{bail, DType, Device, Result, Tensor};
use candle_nn::ModuleT;
use rayon::prelude::*;
use std::collections::HashMap;

/// Networks of fewer weights run image by image, so that what one layer gives the next is still in the cache; larger ones run a batch
/// at once, so that a layer's weights are read and prepared once.
const SMALL: u64 = 1 << 22;

/// A network for evaluation: (N, channels, height, width) to (N, ...), the output of its graph. Its weights are constants.
///
/// Batch normalisation is folded into the convolution before it, activations are fused, and values are dropped after their last use.
/// The result for one image does not depend on the number of threads.
#[derive(Clone, Debug)]
pub struct Net {
    steps: Vec<Step>,
    image: [usize; 3],
    output: usize,
    image_by_image: bool,
}

impl Net {
    /// Takes the weights that the graph names, and ignores others.
    ///
    /// # Errors
    /// A weight that is missing or of another shape, a graph without operations, one that holds too much at once ([`Graph::check_peak`]).
    pub fn new(graph: &Graph, weights: &HashMap<String, Tensor>, dtype: DType, device: &Device) -> Result<Self> {
        if graph.nodes().is_empty() {
            bail!("a network without operations");
        }
        graph.check_peak()?;
        let steps = compile(graph, Weights { tensors: weights, dtype, device })?;
        let image_by_image = device.is_cpu() && graph.cost().weights < SMALL;
        Ok(Self { steps, image: graph.image(), output: graph.output().0, image_by_image })
    }

    /// Channels, height and width of the image.
    pub fn image(&self) -> [usize; 3] {
        self.image
    }

    fn run(&self, x: Tensor) -> Result<Tensor> {
        let mut values: HashMap<usize, Tensor> = HashMap::from([(0, x)]);
        for step in &self.steps {
            let inputs: Vec<Tensor> = step.inputs.iter().map(|i| values[i].clone()).collect();
            let y = step.run(&inputs)?;
            values.insert(step.output, y);
            step.dropped.iter().for_each(|i| drop(values.remove(i)));
        }
        values.remove(&self.output).ok_or_else(|| candle_core::Error::msg("the network has no output"))
    }
}

impl ModuleT for Net {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        if train {
            bail!("a network read as a graph is for evaluation; train its architecture with these weights");
        }
        if x.rank() != 4 || x.dims()[1..] != self.image || x.dim(0)? == 0 {
            bail!("expected images (N, {:?}), got {:?}", self.image, x.dims());
        }
        let x = x.detach();
        let n = x.dim(0)?;
        if !self.image_by_image || n == 1 {
            return self.run(x);
        }
        let outputs = (0..n).into_par_iter().map(|i| self.run(x.narrow(0, i, 1)?)).collect::<Result<Vec<_>>>()?;
        Tensor::cat(&outputs, 0)
    }
}
