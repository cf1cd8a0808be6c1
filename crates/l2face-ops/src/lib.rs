#![doc = include_str!("../README.md")]
//!
//! # Which path runs
//! `f32` tensors on the CPU take kernels of this crate: Winograd's F(4x4, 3x3) for 3x3 convolutions at stride 1 from 16
//! channels on, a matrix product for 1x1, a direct loop for groups and for a picture's first layer, im2col and one matrix
//! product per tile for the rest; on rayon tasks, with the same
//! bits for any number of threads. The instruction set (AVX-512, AVX2 with FMA, NEON, or the portable one) is chosen at run
//! time. Every other tensor (`f64`, CUDA, Metal) takes a composition of candle's own kernels with correct gradients, which is also what the fast
//! path is tested against: [`compose`].
mod activation;
mod add_relu;
mod batch_norm;
pub mod compose;
mod conv2d;
mod conv2d_batch_norm;
mod conv2d_grouped;
mod conv2d_prelu;
mod conv2d_scratch;
mod cpu;
mod fold;
mod geometry;
mod linear_cross_entropy;
mod logit_budget;
mod loss;
pub mod nn;
mod normalize;
mod pool;
mod sgd;

pub use activation::{bias_prelu, prelu};
pub use add_relu::add_relu;
pub use batch_norm::{batch_norm, batch_norm_prelu, BatchNormConfig, RunningStats};
pub use conv2d::conv2d;
pub use conv2d_batch_norm::{conv2d_batch_norm, ConvStep, Norm};
pub use conv2d_grouped::conv2d_grouped;
pub use conv2d_prelu::conv2d_bias_prelu;
pub use conv2d_scratch::conv2d_scratch;
pub use fold::fold_batch_norm;
pub use linear_cross_entropy::{linear_cross_entropy, linear_cross_entropy_backward};
pub use logit_budget::LogitBudget;
pub use loss::cross_entropy;
pub use normalize::l2_normalize;
pub use pool::{max_pool2d, max_pool2d_ceil, max_pool2d_padded};
pub use sgd::sgd_step;
