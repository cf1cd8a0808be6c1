//! The operations a network for evaluation is made of.
use candle_core::{Result, Tensor};
use std::fmt;

/// A function of one number, applied to every value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unary {
    /// max(x, 0).
    Relu,
    /// 1 / (1 + exp(-x)).
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// The square root.
    Sqrt,
    /// x held between two bounds, each of which may be infinite.
    Clip {
        /// The lower bound.
        min: f64,
        /// The upper bound.
        max: f64,
    },
    /// clip(alpha x + beta, 0, 1).
    HardSigmoid {
        /// The slope.
        alpha: f64,
        /// The offset.
        beta: f64,
    },
}

/// A function of two numbers; shapes are broadcast from the right as in numpy, the batch apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    /// x + y.
    Add,
    /// x - y.
    Sub,
    /// x y.
    Mul,
    /// x / y.
    Div,
}

impl Binary {
    /// Its value for two tensors, whose shapes are broadcast from the right.
    ///
    /// # Errors
    /// Shapes that do not go together.
    pub fn of(self, x: &Tensor, y: &Tensor) -> Result<Tensor> {
        match (self, x.shape() == y.shape()) {
            (Self::Add, true) => x + y,
            (Self::Sub, true) => x - y,
            (Self::Mul, true) => x * y,
            (Self::Div, true) => x / y,
            (Self::Add, false) => x.broadcast_add(y),
            (Self::Sub, false) => x.broadcast_sub(y),
            (Self::Mul, false) => x.broadcast_mul(y),
            (Self::Div, false) => x.broadcast_div(y),
        }
    }
}

/// What a node does. Shapes are those of one image: the batch stands before them and is never touched.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Cross-correlation of (C, H, W) with weights (O, C / groups, kh, kw), then a bias (O) if there is a third input.
    Conv {
        /// Step between output pixels, the same down and across.
        stride: usize,
        /// Zeros on all four sides.
        padding: usize,
        /// Groups of channels that do not see each other.
        groups: usize,
    },
    /// Zeros around (C, H, W): above, left, below, right.
    Pad([usize; 4]),
    /// Batch normalisation in evaluation of (C) or (C, H, W): inputs x, weight, bias, mean, variance, each (C).
    BatchNorm {
        /// Added to the variance.
        eps: f64,
    },
    /// x where positive, slope x elsewhere; slopes (C).
    Prelu,
    /// A function of each value.
    Unary(Unary),
    /// A function of two values.
    Binary(Binary),
    /// The largest value of each square window of (C, H, W); the padding is minus infinity.
    MaxPool {
        /// Side of the window.
        kernel: usize,
        /// Step between windows.
        stride: usize,
        /// Rows and columns of padding on all sides.
        padding: usize,
    },
    /// The mean of each square window of (C, H, W).
    MeanPool {
        /// Side of the window.
        kernel: usize,
        /// Step between windows.
        stride: usize,
    },
    /// The mean over pixels: (C, H, W) to (C, 1, 1).
    GlobalMean,
    /// The same numbers in another shape.
    Reshape(Vec<usize>),
    /// The axes in another order.
    Permute(Vec<usize>),
    /// Several values one after the other along an axis.
    Concat(usize),
    /// W x + b of (D) with W (O, D) and, if there is a third input, b (O).
    Linear,
    /// The Euclidean norm of (D), as (1).
    Norm,
}

impl Op {
    /// A word for messages and tables.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Conv { .. } => "conv",
            Self::Pad(_) => "pad",
            Self::BatchNorm { .. } => "batch-norm",
            Self::Prelu => "prelu",
            Self::Unary(Unary::Relu) => "relu",
            Self::Unary(Unary::Sigmoid) => "sigmoid",
            Self::Unary(Unary::Tanh) => "tanh",
            Self::Unary(Unary::Sqrt) => "sqrt",
            Self::Unary(Unary::Clip { .. }) => "clip",
            Self::Unary(Unary::HardSigmoid { .. }) => "hard-sigmoid",
            Self::Binary(Binary::Add) => "add",
            Self::Binary(Binary::Sub) => "sub",
            Self::Binary(Binary::Mul) => "mul",
            Self::Binary(Binary::Div) => "div",
            Self::MaxPool { .. } => "max-pool",
            Self::MeanPool { .. } => "mean-pool",
            Self::GlobalMean => "global-mean",
            Self::Reshape(_) => "reshape",
            Self::Permute(_) => "permute",
            Self::Concat(_) => "concat",
            Self::Linear => "linear",
            Self::Norm => "norm",
        }
    }
}

impl fmt::Display for Op {
    /// The word, with what the shapes do not tell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Conv { stride, padding, groups } => {
                write!(f, " /{stride} pad {padding}")?;
                match groups {
                    1 => Ok(()),
                    groups => write!(f, " in {groups} groups"),
                }
            }
            Self::MaxPool { kernel, stride, padding } => write!(f, " {kernel}x{kernel} /{stride} pad {padding}"),
            Self::MeanPool { kernel, stride } => write!(f, " {kernel}x{kernel} /{stride}"),
            _ => Ok(()),
        }
    }
}
