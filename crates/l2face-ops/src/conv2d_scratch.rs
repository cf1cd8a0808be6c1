//! What a convolution takes beside its input and output.
use crate::conv2d_grouped::one_group;
use crate::cpu::{conv, grouped};
use candle_core::{Result, Shape};

/// How many numbers one thread lays out while [`conv2d_grouped`](crate::conv2d_grouped) takes one image on the CPU, from (1, C, H, W) and
/// weights (O, C / groups, kh, kw): unfolded patches, Winograd's tiles or padded planes. Transformed weights are apart. What cannot be
/// counted is `usize::MAX`.
///
/// # Errors
/// As [`conv2d_grouped`](crate::conv2d_grouped).
pub fn conv2d_scratch(x: &Shape, w: &Shape, stride: usize, padding: usize, groups: usize) -> Result<usize> {
    let g = one_group(x, w, stride, padding, groups)?;
    Ok(match groups {
        1 => conv::scratch(&g),
        _ => grouped::scratch(&g),
    })
}
