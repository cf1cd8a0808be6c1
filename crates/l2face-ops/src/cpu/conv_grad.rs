//! The two gradients of the convolution.
use super::conv::{forward_direct, reserve, with_scratch, Scratch, Tiling};
use super::gemm::{product, Mat, MatMut};
use super::im2col::{col2im, Unfold, SLACK};
use super::{grouped, winograd};
use crate::geometry::Geometry;
use rayon::prelude::*;
use std::ops::Range;

/// Pieces that the gradient of the weights is cut into, about.
const PIECES: usize = 8;
/// Fewest input channels in a piece that has a choice: fewer starve the matrix product.
const MIN_CHANNELS: usize = 8;

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
    forward_direct(&flipped, dy, &rotate(g, w))
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
    let (k, plane) = (g.patch(), g.out_plane());
    let mut dx = vec![0f32; g.batch * g.in_image()];
    dx.par_chunks_mut(g.in_image()).zip(dy.par_chunks(g.out_image())).for_each(|(dx, dy)| {
        with_scratch(|scratch| {
            let cols = reserve(&mut scratch.cols, k * plane);
            product(
                MatMut::new(cols, k, plane, plane),
                Mat::new(w, g.out_channels, k, k).t(),
                Mat::new(dy, g.out_channels, plane, plane),
                false,
            );
            col2im(g, cols, dx);
        })
    });
    dx
}

/// One piece of the weights' gradient: some input channels, summed over some images.
struct Piece {
    channels: Range<usize>,
    images: Range<usize>,
}

/// Cuts by input channels first, which needs no sum afterwards, then by images.
fn pieces(g: &Geometry) -> Vec<Piece> {
    let by_channel = (g.in_channels / MIN_CHANNELS).clamp(1, PIECES);
    let by_image = PIECES.div_ceil(by_channel).min(g.batch);
    let ranges = |total: usize, parts: usize| (0..parts).map(move |i| i * total / parts..(i + 1) * total / parts);
    ranges(g.in_channels, by_channel)
        .flat_map(|channels| ranges(g.batch, by_image).map(move |images| Piece { channels: channels.clone(), images }))
        .collect()
}

/// Gradient with respect to the weights, (O, C, kh, kw).
pub(crate) fn weights(g: &Geometry, x: &[f32], dy: &[f32]) -> Vec<f32> {
    if winograd::suits(g) {
        return winograd::weight_gradient(g, x, dy);
    }
    if grouped::suits(g) {
        return grouped::weights(g, 1, x, dy);
    }
    weights_direct(g, x, dy)
}

/// [`weights`] by unfolding, for any geometry.
pub(crate) fn weights_direct(g: &Geometry, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let pieces = pieces(g);
    let sums: Vec<Vec<f32>> =
        pieces.par_iter().map(|piece| with_scratch(|scratch| piece_sum(g, piece, x, dy, scratch))).collect();
    let mut dw = vec![0f32; g.out_channels * g.patch()];
    for (piece, sum) in pieces.iter().zip(&sums) {
        add_piece(g, piece, sum, &mut dw);
    }
    dw
}

fn add_piece(g: &Geometry, piece: &Piece, sum: &[f32], dw: &mut [f32]) {
    let (from, len) = (piece.channels.start * g.kernel_area(), piece.channels.len() * g.kernel_area());
    for (row, sum) in dw.chunks_exact_mut(g.patch()).zip(sum.chunks_exact(len)) {
        for (a, b) in row[from..from + len].iter_mut().zip(sum) {
            *a += b;
        }
    }
}

/// The piece's (O, channels * kh * kw) block.
fn piece_sum(g: &Geometry, piece: &Piece, x: &[f32], dy: &[f32], scratch: &mut Scratch) -> Vec<f32> {
    let patch = piece.channels.len() * g.kernel_area();
    let tiling = Tiling::of(g);
    let mut dw = vec![0f32; g.out_channels * patch];
    for from in piece.images.clone().step_by(tiling.images) {
        let to = (from + tiling.images).min(piece.images.end);
        let x = &x[from * g.in_image()..to * g.in_image()];
        let dy = &dy[from * g.out_image()..to * g.out_image()];
        if to - from == 1 {
            add_one_image(g, tiling.rows, &piece.channels, x, dy, &mut dw, scratch);
        } else {
            add_several_images(g, &piece.channels, x, dy, &mut dw, scratch);
        }
    }
    dw
}

fn add_one_image(
    g: &Geometry,
    rows: usize,
    channels: &Range<usize>,
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
    scratch: &mut Scratch,
) {
    let k = channels.len() * g.kernel_area();
    for top in (0..g.out_h).step_by(rows) {
        let rows = top..(top + rows).min(g.out_h);
        let n = rows.len() * g.out_w;
        let stride = n + SLACK;
        if g.is_pointwise() {
            product(
                MatMut::new(dw, g.out_channels, k, k),
                Mat::new(&dy[top * g.out_w..], g.out_channels, n, g.out_plane()),
                Mat::new(&x[channels.start * g.in_plane() + top * g.out_w..], k, n, g.out_plane()).t(),
                true,
            );
            continue;
        }
        let mut unfold = Unfold::new(&mut scratch.cols, &mut scratch.plane, k, stride);
        unfold.image(g, x, channels.clone(), rows, 0);
        product(
            MatMut::new(dw, g.out_channels, k, k),
            Mat::new(&dy[top * g.out_w..], g.out_channels, n, g.out_plane()),
            Mat::new(unfold.cols, k, n, stride).t(),
            true,
        );
    }
}

fn add_several_images(
    g: &Geometry,
    channels: &Range<usize>,
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
    scratch: &mut Scratch,
) {
    let (k, plane) = (channels.len() * g.kernel_area(), g.out_plane());
    let n = x.len() / g.in_image() * plane;
    let stride = n + SLACK;
    let mut unfold = Unfold::new(&mut scratch.cols, &mut scratch.plane, k, stride);
    let rows = reserve(&mut scratch.rows, g.out_channels * n);
    let images = x.chunks_exact(g.in_image()).zip(dy.chunks_exact(g.out_image()));
    for (i, (x, dy)) in images.enumerate() {
        unfold.image(g, x, channels.clone(), 0..g.out_h, i * plane);
        for (to, from) in rows.chunks_exact_mut(n).zip(dy.chunks_exact(plane)) {
            to[i * plane..(i + 1) * plane].copy_from_slice(from);
        }
    }
    product(
        MatMut::new(dw, g.out_channels, k, k),
        Mat::new(rows, g.out_channels, n, n),
        Mat::new(unfold.cols, k, n, stride).t(),
        true,
    );
}
