//! A network of the cascade, made from its plan.
use crate::plan::{Plan, Step};
use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;
use l2face_ops::{conv2d_bias_prelu, max_pool2d_ceil};

/// The layers of one network, for inference. A fully connected layer is a convolution as large as what it reads.
#[derive(Clone, Debug)]
pub struct Network {
    stages: Vec<Stage>,
}

#[derive(Clone, Debug)]
enum Stage {
    Layer(Layer),
    Pool(usize),
}

/// A convolution with bias, then PReLU.
#[derive(Clone, Debug)]
struct Layer {
    weight: Tensor,
    bias: Tensor,
    slope: Tensor,
}

impl Network {
    /// From the variables of `vb` that begin with the plan's name.
    ///
    /// # Errors
    /// When one is missing or of another shape.
    pub fn new(plan: &Plan, vb: &VarBuilder<'_>) -> Result<Self> {
        let (vb, mut stages, mut inputs) = (vb.pp(plan.name), Vec::new(), 3);
        for step in plan.steps {
            stages.push(match *step {
                Step::Pool { kernel } => Stage::Pool(kernel),
                Step::Conv { name, outputs, kernel } => {
                    let weight = vb.get((outputs, inputs, kernel, kernel), &format!("conv{name}.weight"))?;
                    inputs = outputs;
                    Stage::Layer(layer(&vb, weight, "conv", name)?)
                }
                Step::Dense { name, outputs, side } => {
                    let weight = vb.get((outputs, inputs * side * side), &format!("dense{name}.weight"))?;
                    let weight = weight.reshape((outputs, side, side, inputs))?.permute((0, 3, 2, 1))?;
                    inputs = outputs;
                    Stage::Layer(layer(&vb, weight, "dense", name)?)
                }
            });
        }
        stages.push(Stage::Layer(heads(plan, &vb, inputs)?));
        Ok(Self { stages })
    }

    /// Pixels (N, 3, H, W) to answers (N, 6 or 16, H', W'): the logits of "other" and "face", the four shifts, the ten coordinates.
    ///
    /// # Errors
    /// When the pixels are too few.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.stages.iter().try_fold(x.clone(), |x, stage| match stage {
            Stage::Layer(l) => conv2d_bias_prelu(&x, &l.weight, &l.bias, &l.slope, 1, 0),
            Stage::Pool(kernel) => max_pool2d_ceil(&x, *kernel, 2),
        })
    }
}

fn layer(vb: &VarBuilder<'_>, weight: Tensor, kind: &str, name: &str) -> Result<Layer> {
    let outputs = weight.dim(0)?;
    Ok(Layer {
        weight: weight.contiguous()?.detach(),
        bias: vb.get(outputs, &format!("{kind}{name}.bias"))?.detach(),
        slope: vb.get(outputs, &format!("prelu{name}.weight"))?.detach(),
    })
}

/// All heads as one layer; slopes of 1 let everything through.
fn heads(plan: &Plan, vb: &VarBuilder<'_>, inputs: usize) -> Result<Layer> {
    let (mut weights, mut biases) = (Vec::new(), Vec::new());
    for (name, outputs) in plan.heads {
        let name_of = |what: &str| format!("{name}.{what}");
        let weight = match plan.slides {
            true => vb.get((*outputs, inputs, 1, 1), &name_of("weight"))?,
            false => vb.get((*outputs, inputs), &name_of("weight"))?.reshape((*outputs, inputs, 1, 1))?,
        };
        weights.push(weight);
        biases.push(vb.get(*outputs, &name_of("bias"))?);
    }
    let bias = Tensor::cat(&biases, 0)?.detach();
    Ok(Layer { weight: Tensor::cat(&weights, 0)?.detach(), slope: bias.ones_like()?, bias })
}
