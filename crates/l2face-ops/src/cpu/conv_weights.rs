//! The weights' gradient of the convolution.
use super::conv::{side_by_side, with_scratch, Scratch, Tiling};
use super::gemm::{product, Mat, MatMut};
use super::im2col::{Unfold, SLACK};
use super::{grouped, winograd};
use crate::geometry::Geometry;
use rayon::prelude::*;
use std::ops::Range;

/// Pieces that the gradient is cut into, about.
const PIECES: usize = 8;
/// Fewest channels in a piece that has a choice: fewer starve the matrix product.
const MIN_CHANNELS: usize = 8;

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

/// One piece of the gradient: some output channels by some input channels, summed over some images.
struct Piece {
    outputs: Range<usize>,
    inputs: Range<usize>,
    images: Range<usize>,
}

/// Cuts by images where the sums over them are cheap beside reading an operand once more for each piece; otherwise by channels first, which
/// needs no sum, and then by images. All pieces of a cut by channels read the operand that is not cut, so that is the smaller one.
fn pieces(g: &Geometry) -> Vec<Piece> {
    let (sums, reads) = (g.out_channels * g.patch(), g.out_channels.min(g.patch()) * g.batch * g.out_plane());
    let by_output = g.out_channels > g.patch();
    let channels = if by_output { g.out_channels } else { g.in_channels };
    let most_images = if sums < reads { PIECES.min(g.batch) } else { 1 };
    let by_channel = (channels / MIN_CHANNELS).clamp(1, PIECES.div_ceil(most_images));
    let by_image = PIECES.div_ceil(by_channel).min(g.batch);
    let ranges = |total: usize, parts: usize| (0..parts).map(move |i| i * total / parts..(i + 1) * total / parts);
    let piece = |channels: Range<usize>, images: Range<usize>| match by_output {
        true => Piece { outputs: channels, inputs: 0..g.in_channels, images },
        false => Piece { outputs: 0..g.out_channels, inputs: channels, images },
    };
    ranges(channels, by_channel)
        .flat_map(|channels| ranges(g.batch, by_image).map(move |images| piece(channels.clone(), images)))
        .collect()
}

impl Piece {
    /// Columns of the piece in the (O, C kh kw) matrix.
    fn columns(&self, g: &Geometry) -> Range<usize> {
        self.inputs.start * g.kernel_area()..self.inputs.end * g.kernel_area()
    }
}

fn add_piece(g: &Geometry, piece: &Piece, sum: &[f32], dw: &mut [f32]) {
    let columns = piece.columns(g);
    let rows = dw.chunks_exact_mut(g.patch()).skip(piece.outputs.start);
    for (row, sum) in rows.zip(sum.chunks_exact(columns.len())) {
        for (a, b) in row[columns.clone()].iter_mut().zip(sum) {
            *a += b;
        }
    }
}

/// The piece's (outputs, inputs * kh * kw) block.
fn piece_sum(g: &Geometry, piece: &Piece, x: &[f32], dy: &[f32], scratch: &mut Scratch) -> Vec<f32> {
    let tiling = Tiling::of(g);
    let mut dw = vec![0f32; piece.outputs.len() * piece.columns(g).len()];
    for from in piece.images.clone().step_by(tiling.images) {
        let to = (from + tiling.images).min(piece.images.end);
        let x = &x[from * g.in_image()..to * g.in_image()];
        let dy = &dy[from * g.out_image()..to * g.out_image()];
        if to - from == 1 {
            add_one_image(g, tiling.rows, piece, x, dy, &mut dw, scratch);
        } else {
            add_several_images(g, piece, x, dy, &mut dw, scratch);
        }
    }
    dw
}

fn add_one_image(
    g: &Geometry,
    rows: usize,
    piece: &Piece,
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
    scratch: &mut Scratch,
) {
    let (outputs, k) = (piece.outputs.len(), piece.columns(g).len());
    let dy = &dy[piece.outputs.start * g.out_plane()..];
    for top in (0..g.out_h).step_by(rows) {
        let rows = top..(top + rows).min(g.out_h);
        let n = rows.len() * g.out_w;
        let dy = Mat::new(&dy[top * g.out_w..], outputs, n, g.out_plane());
        if g.is_pointwise() {
            let x = Mat::new(&x[piece.inputs.start * g.in_plane() + top * g.out_w..], k, n, g.out_plane());
            product(MatMut::new(dw, outputs, k, k), dy, x.t(), true);
            continue;
        }
        let mut unfold = Unfold::new(&mut scratch.cols, &mut scratch.plane, k, n + SLACK);
        unfold.image(g, x, piece.inputs.clone(), rows, 0);
        product(MatMut::new(dw, outputs, k, k), dy, Mat::new(unfold.cols, k, n, n + SLACK).t(), true);
    }
}

fn add_several_images(g: &Geometry, piece: &Piece, x: &[f32], dy: &[f32], dw: &mut [f32], scratch: &mut Scratch) {
    let (outputs, k) = (piece.outputs.len(), piece.columns(g).len());
    let n = x.len() / g.in_image() * g.out_plane();
    let mut unfold = Unfold::new(&mut scratch.cols, &mut scratch.plane, k, n + SLACK);
    for (i, x) in x.chunks_exact(g.in_image()).enumerate() {
        unfold.image(g, x, piece.inputs.clone(), 0..g.out_h, i * g.out_plane());
    }
    let rows = side_by_side(g, piece.outputs.clone(), dy, &mut scratch.rows);
    product(
        MatMut::new(dw, outputs, k, k),
        Mat::new(rows, outputs, n, n),
        Mat::new(unfold.cols, k, n, n + SLACK).t(),
        true,
    );
}
