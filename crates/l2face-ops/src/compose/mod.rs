//! The same operations made of candle's own kernels, for any device and float type, with correct
//! gradients. The crate's public functions come here for everything but `f32` on the CPU.
mod add_relu;
mod attach;
mod batch_norm;
mod conv;
mod conv_grouped;
mod loss;
mod pool;
mod prelu;

pub use add_relu::add_relu;
pub use batch_norm::{affine, batch_norm_train};
pub use conv::conv2d;
pub use conv_grouped::conv2d_grouped;
pub use loss::cross_entropy;
pub use pool::{max_pool2d, max_pool2d_ceil};
pub use prelu::bias_prelu;
