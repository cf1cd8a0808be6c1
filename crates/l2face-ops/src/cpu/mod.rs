//! CPU kernels on `f32` slices, parallel over rayon, with the same bits for any number of threads:
//! work is cut by shape alone, and sums across pieces are taken in a fixed order.
pub(crate) mod batch_norm;
pub(crate) mod classifier;
pub(crate) mod conv;
pub(crate) mod conv_grad;
pub(crate) mod conv_weights;
pub(crate) mod cross_entropy;
pub(crate) mod fresh;
pub(crate) mod gemm;
pub(crate) mod grouped;
pub(crate) mod im2col;
pub(crate) mod pool;
pub(crate) mod prelu;
pub(crate) mod simd;
pub(crate) mod storage;
pub(crate) mod sums;
pub(crate) mod winograd;
