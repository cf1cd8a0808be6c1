//! One binary for all tests: linking candle once is most of the cost.
mod activation;
mod batch_norm;
mod common;
mod conv2d;
mod conv2d_grouped;
mod cuda;
mod fused;
mod linear_cross_entropy;
mod loss;
mod pool;
mod random_shapes;
mod residual;
mod sgd;
mod training;
mod winograd;
