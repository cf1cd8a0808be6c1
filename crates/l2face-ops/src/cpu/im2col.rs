//! Unfolding: the pixels that each output pixel sees, as the columns of a matrix.
use crate::geometry::Geometry;
use std::ops::Range;

/// Where an unfolded block goes: `cols[row * stride + offset ..]`.
pub(crate) struct Target<'a> {
    pub cols: &'a mut [f32],
    pub stride: usize,
    pub offset: usize,
}

/// Writes the patches of output rows `rows` of one image, channels `channels` only.
/// Row (c, ky, kx) of the result holds x[c, y * stride + ky - padding, x * stride + kx - padding].
pub(crate) fn im2col(
    g: &Geometry,
    image: &[f32],
    channels: Range<usize>,
    rows: Range<usize>,
    to: &mut Target<'_>,
) {
    let planes = image.chunks_exact(g.in_plane()).skip(channels.start);
    let len = rows.len() * g.out_w;
    let mut at = to.offset;
    for plane in planes.take(channels.len()) {
        for ky in 0..g.kernel_h {
            for kx in 0..g.kernel_w {
                tap(g, plane, ky, kx, rows.clone(), &mut to.cols[at..at + len]);
                at += to.stride;
            }
        }
    }
}

/// One row of the unfolded matrix: one kernel tap of one channel.
fn tap(g: &Geometry, plane: &[f32], ky: usize, kx: usize, rows: Range<usize>, out: &mut [f32]) {
    let valid = valid_columns(g, kx);
    for (y, out) in rows.zip(out.chunks_exact_mut(g.out_w)) {
        let source = (y * g.stride + ky).wrapping_sub(g.padding);
        if source >= g.height || valid.is_empty() {
            out.fill(0.);
            continue;
        }
        let line = &plane[source * g.width..(source + 1) * g.width];
        out[..valid.start].fill(0.);
        out[valid.end..].fill(0.);
        let first = valid.start * g.stride + kx - g.padding;
        copy_strided(&line[first..], g.stride, &mut out[valid.clone()]);
    }
}

fn copy_strided(line: &[f32], stride: usize, out: &mut [f32]) {
    if stride == 1 {
        copy_short(&line[..out.len()], out);
    } else {
        for (o, v) in out.iter_mut().zip(line.iter().step_by(stride)) {
            *o = *v;
        }
    }
}

/// A copy in blocks that the compiler keeps inline: for lines of a few dozen pixels the call of a
/// general copy costs more than the copy.
#[inline(always)]
fn copy_short(from: &[f32], to: &mut [f32]) {
    let mut from_blocks = from.chunks_exact(8);
    let mut to_blocks = to.chunks_exact_mut(8);
    for (to, from) in to_blocks.by_ref().zip(from_blocks.by_ref()) {
        to.copy_from_slice(from);
    }
    let rest = to_blocks.into_remainder().iter_mut();
    for (to, from) in rest.zip(from_blocks.remainder()) {
        *to = *from;
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

/// The reverse of [`im2col`] over all rows and channels of one image: adds every column entry to
/// the pixel it came from.
pub(crate) fn col2im(g: &Geometry, cols: &[f32], image: &mut [f32]) {
    let mut taps = cols.chunks_exact(g.out_plane());
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
