//! The input's gradient of the convolution.
use super::conv::{forward_direct, reserve, side_by_side, weight_rows, with_scratch, Scratch, Tiling};
use super::gemm::{product, Mat, MatMut};
use super::im2col::col2im;
use super::winograd;
use crate::geometry::Geometry;
use rayon::prelude::*;

/// Gradient with respect to the input, (N, C, H, W).
pub(crate) fn input(g: &Geometry, dy: &[f32], w: &[f32]) -> Vec<f32> {
    if winograd::suits(g) {
        return winograd::input_gradient(g, dy, w);
    }
    input_direct(g, dy, w)
}

/// [`input`] by unfolding or folding, for any geometry.
pub(crate) fn input_direct(g: &Geometry, dy: &[f32], w: &[f32]) -> Vec<f32> {
    let full = g.kernel_h == g.kernel_w && g.padding < g.kernel_h;
    if g.stride == 1 && full {
        input_as_convolution(g, dy, w)
    } else {
        input_by_folding(g, dy, w)
    }
}

/// At stride 1: the convolution of dy with the weights rotated by half a turn.
fn input_as_convolution(g: &Geometry, dy: &[f32], w: &[f32]) -> Vec<f32> {
    let flipped = Geometry {
        in_channels: g.out_channels,
        height: g.out_h,
        width: g.out_w,
        out_channels: g.in_channels,
        padding: g.kernel_h - 1 - g.padding,
        out_h: g.height,
        out_w: g.width,
        ..*g
    };
    if g.kernel_area() == 1 {
        return forward_direct(&flipped, dy, weight_rows(g, w).t());
    }
    forward_direct(&flipped, dy, weight_rows(&flipped, &rotate(g, w)))
}

/// (O, C, kh, kw) to (C, O, kh, kw) with both kernel axes reversed.
fn rotate(g: &Geometry, w: &[f32]) -> Vec<f32> {
    let area = g.kernel_area();
    let mut out = Vec::with_capacity(w.len());
    for c in 0..g.in_channels {
        for o in 0..g.out_channels {
            let at = (o * g.in_channels + c) * area;
            out.extend(w[at..at + area].iter().rev());
        }
    }
    out
}

fn input_by_folding(g: &Geometry, dy: &[f32], w: &[f32]) -> Vec<f32> {
    let images = Tiling::of(g).images;
    let mut dx = vec![0f32; g.batch * g.in_image()];
    dx.par_chunks_mut(images * g.in_image())
        .zip(dy.par_chunks(images * g.out_image()))
        .for_each(|(dx, dy)| with_scratch(|scratch| fold_images(g, dy, w, dx, scratch)));
    dx
}

/// The input's gradient of consecutive images, from one matrix product.
fn fold_images(g: &Geometry, dy: &[f32], w: &[f32], dx: &mut [f32], scratch: &mut Scratch) {
    let (k, plane) = (g.patch(), g.out_plane());
    let n = dy.len() / g.out_channels;
    let cols = reserve(&mut scratch.cols, k * n);
    let dy = match n == plane {
        true => dy,
        false => side_by_side(g, 0..g.out_channels, dy, &mut scratch.rows),
    };
    product(MatMut::new(cols, k, n, n), weight_rows(g, w).t(), Mat::new(dy, g.out_channels, n, n), false);
    for (i, dx) in dx.chunks_exact_mut(g.in_image()).enumerate() {
        col2im(g, cols, n, i * plane, dx);
    }
}
