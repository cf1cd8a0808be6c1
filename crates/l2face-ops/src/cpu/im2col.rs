//! Unfolding: the pixels that each output pixel sees, as the columns of a matrix.
use super::conv::reserve;
use crate::geometry::Geometry;
use std::ops::Range;

/// Lines are copied in whole blocks of this many pixels; what runs over is overwritten by the next line
/// or falls into the slack after each row of the matrix.
const BLOCK: usize = 8;
/// Unused numbers after each row of the unfolded matrix.
pub(crate) const SLACK: usize = BLOCK;

/// An unfolded matrix being filled: row (c, ky, kx), column (image, y, x) is
/// x[c, y * stride + ky - padding, x * stride + kx - padding].
pub(crate) struct Unfold<'a> {
    pub cols: &'a mut [f32],
    plane: &'a mut Vec<f32>,
    stride: usize,
}

impl<'a> Unfold<'a> {
    /// A matrix of `rows` rows, each `stride` after the one before, [`SLACK`] of which stays unused.
    pub fn new(cols: &'a mut Vec<f32>, plane: &'a mut Vec<f32>, rows: usize, stride: usize) -> Self {
        Self { cols: reserve(cols, rows * stride), plane, stride }
    }

    /// Writes the patches of output rows `rows` of one image, channels `channels` only, from column
    /// `offset` on.
    pub fn image(&mut self, g: &Geometry, image: &[f32], channels: Range<usize>, rows: Range<usize>, offset: usize) {
        let width = g.width + 2 * g.padding;
        let top = rows.start * g.stride;
        let padded = reserve(self.plane, padded_plane(g, rows.len()));
        let planes = image.chunks_exact(g.in_plane()).skip(channels.start);
        let mut at = offset;
        for plane in planes.take(channels.len()) {
            let lines: &[f32] = match g.padding {
                0 => &plane[top * width..],
                _ => pad(g, plane, top, padded),
            };
            if g.is_pointwise() {
                let n = rows.len() * width;
                self.cols[at..at + n].copy_from_slice(&lines[..n]);
                at += self.stride;
                continue;
            }
            for tap in 0..g.kernel_area() {
                let from = &lines[tap / g.kernel_w * width + tap % g.kernel_w..];
                let to = &mut self.cols[at..at + rows.len() * g.out_w + SLACK];
                match g.stride {
                    1 => dense_tap(from, width, to, g.out_w, rows.len()),
                    _ => strided_tap(g, from, width, to, rows.len()),
                }
                at += self.stride;
            }
        }
    }
}

/// Numbers of the input lines that so many output rows see, with the zeros around them.
pub(crate) fn padded_plane(g: &Geometry, rows: usize) -> usize {
    ((rows - 1) * g.stride + g.kernel_h) * (g.width + 2 * g.padding) + BLOCK
}

/// Input lines from `top - padding` on, with the zeros around them, until `padded` is full.
fn pad<'a>(g: &Geometry, plane: &[f32], top: usize, padded: &'a mut [f32]) -> &'a [f32] {
    let width = g.width + 2 * g.padding;
    for (i, line) in padded.chunks_exact_mut(width).enumerate() {
        let y = (top + i).wrapping_sub(g.padding);
        if y >= g.height {
            line.fill(0.);
            continue;
        }
        line[..g.padding].fill(0.);
        line[g.padding + g.width..].fill(0.);
        line[g.padding..g.padding + g.width].copy_from_slice(&plane[y * g.width..][..g.width]);
    }
    padded
}

/// `rows` lines of `out_w` pixels, `width` apart in `from`, side by side in `to`.
fn dense_tap(from: &[f32], width: usize, to: &mut [f32], out_w: usize, rows: usize) {
    let len = out_w.next_multiple_of(BLOCK);
    for y in 0..rows {
        let (at, have) = (y * width, from.len() - y * width);
        if have < len {
            to[y * out_w..][..out_w].copy_from_slice(&from[at..at + out_w]);
            continue;
        }
        let from = from[at..at + len].chunks_exact(BLOCK);
        for (to, from) in to[y * out_w..][..len].chunks_exact_mut(BLOCK).zip(from) {
            to.copy_from_slice(from);
        }
    }
}

fn strided_tap(g: &Geometry, from: &[f32], width: usize, to: &mut [f32], rows: usize) {
    for (y, to) in to.chunks_exact_mut(g.out_w).take(rows).enumerate() {
        let line = from[y * g.stride * width..].iter().step_by(g.stride);
        for (to, from) in to.iter_mut().zip(line) {
            *to = *from;
        }
    }
}

/// The output columns whose tap `kx` lies inside the image: 0 <= x * stride + kx - padding < width.
pub(crate) fn valid_columns(g: &Geometry, kx: usize) -> Range<usize> {
    valid(g.width, g.out_w, g.stride, g.padding, kx)
}

/// The output rows whose tap `ky` lies inside the image.
pub(crate) fn valid_rows(g: &Geometry, ky: usize) -> Range<usize> {
    valid(g.height, g.out_h, g.stride, g.padding, ky)
}

fn valid(size: usize, out: usize, stride: usize, padding: usize, tap: usize) -> Range<usize> {
    let start = padding.saturating_sub(tap).div_ceil(stride);
    let end = (size + padding).saturating_sub(tap).div_ceil(stride);
    start.min(out)..end.min(out).max(start.min(out))
}

/// The reverse of [`Unfold`] over all rows and channels of one image: adds every column entry to
/// the pixel it came from. The image's entries begin at `offset` in rows of `stride` numbers.
pub(crate) fn col2im(g: &Geometry, cols: &[f32], stride: usize, offset: usize, image: &mut [f32]) {
    let mut taps = cols.chunks_exact(stride).map(|row| &row[offset..offset + g.out_plane()]);
    for plane in image.chunks_exact_mut(g.in_plane()) {
        for ky in 0..g.kernel_h {
            for kx in 0..g.kernel_w {
                if let Some(values) = taps.next() {
                    fold_tap(g, values, ky, kx, plane);
                }
            }
        }
    }
}

fn fold_tap(g: &Geometry, values: &[f32], ky: usize, kx: usize, plane: &mut [f32]) {
    let columns = valid_columns(g, kx);
    if columns.is_empty() {
        return;
    }
    for y in valid_rows(g, ky) {
        let line = y * g.stride + ky - g.padding;
        let first = line * g.width + columns.start * g.stride + kx - g.padding;
        let values = &values[y * g.out_w..][columns.clone()];
        let pixels = plane[first..].iter_mut().step_by(g.stride);
        for (pixel, value) in pixels.zip(values) {
            *pixel += value;
        }
    }
}
