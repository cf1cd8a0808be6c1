//! Layers built from a `VarBuilder`, with candle's variable names and initial values as hints.
mod batch_norm;
mod conv2d;
mod linear;
mod prelu;

pub use batch_norm::BatchNorm;
pub use conv2d::{Conv2d, Conv2dConfig};
pub use linear::{linear, Linear};
pub use prelu::Prelu;

use candle_nn::Init;

/// Caffe's "xavier" filler: uniform in +-sqrt(3 / fan_in) (`caffe/include/caffe/filler.hpp`).
pub fn xavier(fan_in: usize) -> Init {
    let bound = (3. / fan_in as f64).sqrt();
    Init::Uniform { lo: -bound, up: bound }
}

/// Caffe's "gaussian" filler with mean 0.
pub fn gaussian(stdev: f64) -> Init {
    Init::Randn { mean: 0., stdev }
}
