//! What a step computes.
use crate::op::{Binary, Op, Unary};
use candle_core::{bail, Module, Result, Tensor, D};
use candle_nn::Linear;
use l2face_ops::{
    add_relu, batch_norm_prelu, bias_prelu, conv2d_bias_prelu, conv2d_grouped, max_pool2d_padded, prelu,
    BatchNormConfig, RunningStats,
};

/// A convolution, its bias and an activation.
#[derive(Clone, Debug)]
pub(crate) struct Conv {
    weight: Tensor,
    bias: Tensor,
    slope: Tensor,
    stride: usize,
    padding: usize,
    groups: usize,
}

impl Conv {
    /// Without slopes there is no activation.
    pub fn new(
        [weight, bias]: [Tensor; 2],
        slope: Option<Tensor>,
        stride: usize,
        padding: usize,
        groups: usize,
    ) -> Result<Self> {
        let slope = slope.map_or_else(|| bias.ones_like(), Ok)?;
        Ok(Self { weight, bias, slope, stride, padding, groups })
    }

    fn run(&self, x: &Tensor) -> Result<Tensor> {
        let Self { weight, bias, slope, stride, padding, groups } = self;
        match groups {
            1 => conv2d_bias_prelu(x, weight, bias, slope, *stride, *padding),
            _ => bias_prelu(&conv2d_grouped(x, weight, *stride, *padding, *groups)?, bias, slope),
        }
    }
}

/// What a step does to its inputs.
#[derive(Clone, Debug)]
pub(crate) enum Kernel {
    Conv(Conv),
    BatchNorm {
        weight: Tensor,
        bias: Tensor,
        running: RunningStats,
        config: BatchNormConfig,
        slope: Tensor,
    },
    Prelu(Tensor),
    Linear(Linear),
    AddRelu,
    /// An operation and, in the places of its inputs, the weights among them.
    Plain(Op, Vec<Option<Tensor>>),
}

/// One step: the values it takes and gives by number, and those that are not needed after it.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub kernel: Kernel,
    pub inputs: Vec<usize>,
    pub output: usize,
    pub dropped: Vec<usize>,
}

impl Step {
    /// Runs on a batch; `inputs` are (N, ...).
    pub fn run(&self, inputs: &[Tensor]) -> Result<Tensor> {
        let x = &inputs[0];
        match &self.kernel {
            Kernel::Conv(conv) => conv.run(x),
            Kernel::BatchNorm { weight, bias, running, config, slope } => {
                batch_norm_prelu(x, weight, bias, slope, running, *config, false)
            }
            Kernel::Prelu(slope) => prelu(x, slope),
            Kernel::Linear(linear) => linear.forward(x),
            Kernel::AddRelu => add_relu(x, &inputs[1]),
            Kernel::Plain(op, weights) => plain(op, inputs, weights),
        }
    }
}

fn plain(op: &Op, inputs: &[Tensor], weights: &[Option<Tensor>]) -> Result<Tensor> {
    let x = &inputs[0];
    match op {
        Op::Pad([top, left, bottom, right]) => x.pad_with_zeros(2, *top, *bottom)?.pad_with_zeros(3, *left, *right),
        Op::Unary(unary) => function(*unary, x),
        Op::Binary(binary) => binary_of(*binary, inputs, weights),
        Op::MaxPool { kernel, stride, padding } => max_pool2d_padded(x, *kernel, *stride, *padding),
        Op::MeanPool { kernel, stride } => x.avg_pool2d_with_stride(*kernel, *stride),
        Op::GlobalMean => {
            let (n, c, ..) = x.dims4()?;
            x.flatten_from(2)?.mean(2)?.reshape((n, c, 1, 1))
        }
        Op::Reshape(shape) => x.reshape([&[x.dim(0)?], shape.as_slice()].concat()),
        Op::Permute(axes) => {
            x.permute([0].into_iter().chain(axes.iter().map(|axis| axis + 1)).collect::<Vec<_>>())?.contiguous()
        }
        Op::Concat(axis) => Tensor::cat(inputs, axis + 1),
        Op::Norm => x.sqr()?.sum_keepdim(D::Minus1)?.sqrt(),
        Op::Conv { .. } | Op::BatchNorm { .. } | Op::Prelu | Op::Linear => bail!("{} has a step of its own", op.name()),
    }
}

fn function(unary: Unary, x: &Tensor) -> Result<Tensor> {
    match unary {
        Unary::Relu => x.relu(),
        Unary::Sigmoid => (x.neg()?.exp()? + 1.)?.recip(),
        Unary::Tanh => x.tanh(),
        Unary::Sqrt => x.sqrt(),
        Unary::Clip { min, max } => x.clamp(min, max),
        Unary::HardSigmoid { alpha, beta } => x.affine(alpha, beta)?.clamp(0., 1.),
    }
}

fn binary_of(binary: Binary, inputs: &[Tensor], weights: &[Option<Tensor>]) -> Result<Tensor> {
    let mut values = inputs.iter();
    let mut operand = |weight: &Option<Tensor>| match weight {
        // One image of a batch of one.
        Some(weight) => weight.unsqueeze(0),
        None => values.next().cloned().ok_or_else(|| candle_core::Error::msg("an operand is missing")),
    };
    let (x, y) = (operand(&weights[0])?, operand(&weights[1])?);
    let rank = x.rank().max(y.rank());
    binary.of(&aligned(&x, rank)?, &aligned(&y, rank)?)
}

/// (N, ...) with ones after the batch, up to this rank.
fn aligned(x: &Tensor, rank: usize) -> Result<Tensor> {
    let (n, rest) = (x.dim(0)?, &x.dims()[1..]);
    x.reshape([&[n], vec![1; rank - x.rank()].as_slice(), rest].concat())
}
