//! Grouped convolution: each group of channels on its own, all groups and images in one parallel sweep.
//!
//! Groups are narrow (4 channels in ResNeXt's first stage, 1 in a depthwise layer), too narrow for a matrix product that packs its
//! operands. The padded planes of a group are laid out so that each tap of the kernel is one offset into them, and sixteen
//! neighbouring outputs of four channels are summed in registers.
// The loops over registers are counted, not iterated: iterators' closures are compiled without the kernel's instruction set.
#![allow(clippy::needless_range_loop)]
mod frame;
mod outputs;
#[cfg(test)]
mod tests;
mod weights;

use crate::cpu::prelu::{activate_in_place, Params};
use crate::geometry::Geometry;
use frame::Frame;
use outputs::convolve;
pub(crate) use weights::weights;

/// Most input channels of a plain convolution that is done here, as one group: the first layer of a network.
const FEW: usize = 4;

/// Whether a plain convolution is faster here than by unfolding.
pub(crate) fn suits(g: &Geometry) -> bool {
    g.in_channels <= FEW && g.kernel_area() > 1
}

/// y (N, G O, oh, ow) of x (N, G C, H, W) and w (G O, C, kh, kw); `g` has the sizes of one group.
pub(crate) fn forward(g: &Geometry, groups: usize, x: &[f32], w: &[f32]) -> Vec<f32> {
    convolve(&Frame::of_input(g), groups, g.out_channels, x, w, |_| {})
}

/// Numbers that [`forward`] lays out for one group of one image.
pub(crate) fn scratch(g: &Geometry) -> usize {
    let frame = Frame::of_input(g);
    g.out_channels.saturating_mul(frame.out_len()).saturating_add(frame.len())
}

/// [`forward`] of a single group, then PReLU.
pub(crate) fn forward_prelu(g: &Geometry, x: &[f32], w: &[f32], p: Params<'_>) -> Vec<f32> {
    convolve(&Frame::of_input(g), 1, g.out_channels, x, w, |y| activate_in_place(y, g.out_plane(), p))
}

/// The gradient of x: the convolution of dy, with `stride - 1` zeros between its pixels, with the weights rotated by half a turn.
pub(crate) fn input(g: &Geometry, groups: usize, dy: &[f32], w: &[f32]) -> Vec<f32> {
    let rotated: Vec<f32> = w.chunks_exact(g.out_channels * g.patch()).flat_map(|w| rotate(g, w)).collect();
    convolve(&Frame::of_gradient(g), groups, g.in_channels, dy, &rotated, |_| {})
}

/// (O, C, kh, kw) of one group to (C, O, kh, kw) with both kernel axes reversed.
fn rotate(g: &Geometry, w: &[f32]) -> Vec<f32> {
    let area = g.kernel_area();
    let kernel = |o: usize, c: usize| w[(o * g.in_channels + c) * area..][..area].iter().rev().copied();
    (0..g.in_channels).flat_map(|c| (0..g.out_channels).flat_map(move |o| kernel(o, c))).collect()
}
