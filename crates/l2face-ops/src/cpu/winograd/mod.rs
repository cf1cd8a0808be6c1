//! 3x3 convolution at stride 1 by Winograd's F(4x4, 3x3) (Lavin and Gray, arXiv 1509.09308): 36 multiplications in place of 144 for
//! each 4x4 tile of outputs.
//!
//! Per tile and channel a 6x6 window d of the input becomes V = B'dB, the 3x3 weights g become U = GgG'; at each of the 36 places the
//! channels are summed by a matrix product, M = U V, and the 4x4 outputs are A'MA. The gradient of the input is the same
//! convolution with rotated weights; that of the weights is the exact adjoint: G'[sum over tiles of (A dy A') V]G.
// Loops over the elements of register arrays count: an iterator over them would be compiled without the instruction set.
#![allow(clippy::needless_range_loop)]
mod few_tiles;
mod forward;
mod gradient;
mod output;
mod plan;
mod product;
mod shared;
mod strip;
mod transform;
mod weights;

pub(crate) use forward::{forward, scratch};
pub(crate) use gradient::{input_gradient, weight_gradient};
pub(crate) use plan::suits;

#[cfg(test)]
mod tests;
