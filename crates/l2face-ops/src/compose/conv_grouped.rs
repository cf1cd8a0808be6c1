//! Grouped convolution: for each tap of the kernel, one matrix product over all groups.
use super::conv::{every, pad_for_taps};
use crate::conv2d_grouped::one_group;
use candle_core::{bail, Result, Tensor};

/// See [`crate::conv2d_grouped`].
///
/// # Errors
/// As [`crate::conv2d_grouped`].
pub fn conv2d_grouped(x: &Tensor, w: &Tensor, stride: usize, padding: usize, groups: usize) -> Result<Tensor> {
    let g = one_group(x.shape(), w.shape(), stride, padding, groups)?;
    let positions = g.batch * g.out_plane();
    let w = w.reshape((groups, g.out_channels, g.in_channels, g.kernel_area()))?;
    let x = pad_for_taps(&g, x)?;
    let mut sum: Option<Tensor> = None;
    for tap in 0..g.kernel_area() {
        let seen = every(&x, 2, tap / g.kernel_w, g.out_h, g.stride)?;
        let seen = every(&seen, 3, tap % g.kernel_w, g.out_w, g.stride)?;
        let seen = seen.transpose(0, 1)?.contiguous()?.reshape((groups, g.in_channels, positions))?;
        let y = w.narrow(3, tap, 1)?.squeeze(3)?.contiguous()?.matmul(&seen)?;
        sum = Some(match sum {
            None => y,
            Some(sum) => (sum + y)?,
        });
    }
    let Some(sum) = sum else { bail!("conv2d_grouped: the kernel is empty") };
    sum.reshape((groups * g.out_channels, g.batch, g.out_h, g.out_w))?.transpose(0, 1)?.contiguous()
}
