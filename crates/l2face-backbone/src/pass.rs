//! One forward pass. Each network writes it down once; it is then computed on tensors, or recorded as a graph.
use crate::conv_norm::ConvNorm;
use crate::dense::Dense;
use crate::dropout::Dropout;
use candle_core::{Module, Result, Tensor};
use candle_nn::ModuleT;
use l2face_ops::nn::{BatchNorm, Conv2d, Prelu};
use l2face_ops::{add_relu, max_pool2d_padded};

/// What follows a convolution.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Activation<'a> {
    None,
    Relu,
    Prelu(&'a Prelu),
}

/// What networks are made of. `X` stands for (N, C, H, W), or (N, D) after `flatten` and `mean`.
pub(crate) trait Pass {
    type X: Clone;
    /// A convolution without bias, batch normalisation, an activation.
    fn conv_norm(&mut self, x: &Self::X, conv: &ConvNorm, activation: Activation<'_>) -> Result<Self::X>;
    /// A convolution with bias, then PReLU.
    fn conv_prelu(&mut self, x: &Self::X, conv: &Conv2d, prelu: &Prelu) -> Result<Self::X>;
    fn batch_norm(&mut self, x: &Self::X, norm: &BatchNorm) -> Result<Self::X>;
    fn prelu(&mut self, x: &Self::X, prelu: &Prelu) -> Result<Self::X>;
    fn dense(&mut self, x: &Self::X, dense: &Dense) -> Result<Self::X>;
    fn dropout(&mut self, x: &Self::X, dropout: &Dropout) -> Result<Self::X>;
    fn add(&mut self, x: &Self::X, y: &Self::X) -> Result<Self::X>;
    fn add_relu(&mut self, x: &Self::X, y: &Self::X) -> Result<Self::X>;
    fn max_pool(&mut self, x: &Self::X, kernel: usize, stride: usize, padding: usize) -> Result<Self::X>;
    /// Over pixels.
    fn mean(&mut self, x: &Self::X) -> Result<Self::X>;
    fn flatten(&mut self, x: &Self::X) -> Result<Self::X>;
}

/// Computes on tensors.
pub(crate) struct Compute {
    /// Training: batch statistics and dropout.
    pub train: bool,
}

impl Pass for Compute {
    type X = Tensor;

    fn conv_norm(&mut self, x: &Tensor, conv: &ConvNorm, activation: Activation<'_>) -> Result<Tensor> {
        conv.forward(x, activation, self.train)
    }

    fn conv_prelu(&mut self, x: &Tensor, conv: &Conv2d, prelu: &Prelu) -> Result<Tensor> {
        conv.forward_prelu(x, prelu)
    }

    fn batch_norm(&mut self, x: &Tensor, norm: &BatchNorm) -> Result<Tensor> {
        norm.forward_t(x, self.train)
    }

    fn prelu(&mut self, x: &Tensor, prelu: &Prelu) -> Result<Tensor> {
        prelu.forward(x)
    }

    fn dense(&mut self, x: &Tensor, dense: &Dense) -> Result<Tensor> {
        dense.forward(x)
    }

    fn dropout(&mut self, x: &Tensor, dropout: &Dropout) -> Result<Tensor> {
        dropout.forward_t(x, self.train)
    }

    fn add(&mut self, x: &Tensor, y: &Tensor) -> Result<Tensor> {
        x + y
    }

    fn add_relu(&mut self, x: &Tensor, y: &Tensor) -> Result<Tensor> {
        add_relu(x, y)
    }

    fn max_pool(&mut self, x: &Tensor, kernel: usize, stride: usize, padding: usize) -> Result<Tensor> {
        max_pool2d_padded(x, kernel, stride, padding)
    }

    fn mean(&mut self, x: &Tensor) -> Result<Tensor> {
        x.flatten_from(2)?.mean(2)
    }

    fn flatten(&mut self, x: &Tensor) -> Result<Tensor> {
        x.flatten_from(1)
    }
}
