//! A row of tiles of eight channels, with the channels side by side in a register; transformed in place along its columns.
use super::plan::{Lines, Plan, PANEL, SIDE};
use super::transform;
use crate::cpu::conv::reserve_of;
use crate::cpu::simd::{each, half_mut, Eight, Line, Simd};

/// Channel planes of one image.
#[derive(Clone, Copy)]
pub(super) struct Planes<'a> {
    pub data: &'a [f32],
    pub channels: usize,
    pub height: usize,
    pub width: usize,
}

/// Which rows and columns of the planes a strip shows; outside of them it is zero.
#[derive(Clone, Copy)]
struct Window {
    top: isize,
    left: isize,
    rows: usize,
    cols: usize,
}

/// V: the transformed inputs of one panel of channels for some rows of tiles.
#[inline(always)]
pub(super) fn transform_inputs<S: Simd>(
    s: S,
    p: &Plan,
    planes: Planes<'_>,
    at: Place,
    strip: &mut Vec<Eight>,
    v: &mut [Line],
) {
    let pad = p.padding as isize;
    let window = Window { top: (SIDE * at.tile_row) as isize - pad, left: -pad, rows: 6, cols: SIDE * p.tiles_w + 2 };
    let strip = reserve_of(strip, 6 * window.cols, [0.; 8]);
    for half in 0..2 {
        fill(s, planes, at.panel * PANEL + 8 * half, window, strip);
        for col in 0..window.cols {
            let d = each!(6, row => s.load(&strip[row * window.cols + col]));
            let t = transform::input(s, d);
            for row in 0..6 {
                s.store(t[row], &mut strip[row * window.cols + col]);
            }
        }
        for tile in 0..p.tiles_w {
            for row in 0..6 {
                let from = &strip[row * window.cols + SIDE * tile..][..6];
                let d = each!(6, col => s.load(&from[col]));
                put(s, transform::input(s, d), row, half, at.first_tile + tile, at.lines, v);
            }
        }
    }
}

/// The transformed gradients of the outputs, A dy A', laid out like V.
#[inline(always)]
pub(super) fn transform_gradients<S: Simd>(
    s: S,
    p: &Plan,
    planes: Planes<'_>,
    at: Place,
    strip: &mut Vec<Eight>,
    v: &mut [Line],
) {
    let window = Window { top: (SIDE * at.tile_row) as isize, left: 0, rows: 4, cols: SIDE * p.tiles_w };
    let strip = reserve_of(strip, 6 * window.cols, [0.; 8]);
    for half in 0..2 {
        fill(s, planes, at.panel * PANEL + 8 * half, window, strip);
        for col in 0..window.cols {
            let y = each!(4, row => s.load(&strip[row * window.cols + col]));
            let t = transform::output_adjoint(s, y);
            for row in 0..6 {
                s.store(t[row], &mut strip[row * window.cols + col]);
            }
        }
        for tile in 0..p.tiles_w {
            for row in 0..6 {
                let from = &strip[row * window.cols + SIDE * tile..][..4];
                let y = each!(4, col => s.load(&from[col]));
                put(s, transform::output_adjoint(s, y), row, half, at.first_tile + tile, at.lines, v);
            }
        }
    }
}

/// Which row of tiles of which channels, and where its lines go.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The row of tiles within the image.
    pub tile_row: usize,
    /// The panel of channels.
    pub panel: usize,
    /// The number of the row's first tile within the block.
    pub first_tile: usize,
    pub lines: Lines,
}

#[inline(always)]
fn put<S: Simd>(s: S, values: [S::V; 6], row: usize, half: usize, tile: usize, lines: Lines, v: &mut [Line]) {
    for col in 0..6 {
        s.store(values[col], half_mut(&mut v[(row * 6 + col) * lines.place() + tile], half));
    }
}

/// Eight channels from `channel` on, their pixels turned so that the channels lie side by side.
#[inline(always)]
fn fill<S: Simd>(s: S, planes: Planes<'_>, channel: usize, window: Window, strip: &mut [Eight]) {
    for row in 0..window.rows {
        let out = &mut strip[row * window.cols..(row + 1) * window.cols];
        let y = window.top + row as isize;
        if y < 0 || y >= planes.height as isize || channel >= planes.channels {
            out.fill([0.; 8]);
            continue;
        }
        let left = (-window.left) as usize;
        let inside = planes.width.min(window.cols - left);
        out[..left].fill([0.; 8]);
        out[left + inside..].fill([0.; 8]);
        fill_row(s, planes, channel, y as usize, &mut out[left..left + inside]);
    }
}

#[inline(always)]
fn fill_row<S: Simd>(s: S, planes: Planes<'_>, channel: usize, y: usize, out: &mut [Eight]) {
    let plane = planes.height * planes.width;
    let base = channel * plane + y * planes.width;
    let whole = channel + 8 <= planes.channels;
    for (i, out) in out.chunks_mut(8).enumerate() {
        let from = base + 8 * i;
        if whole && from + 7 * plane + 8 <= planes.data.len() {
            // May read into the next row; what is read there is not kept.
            let turned = s.transpose(each!(8, c => load_at(s, planes.data, from + c * plane)));
            if let Ok(out) = <&mut [Eight; 8]>::try_from(&mut *out) {
                for i in 0..8 {
                    s.store(turned[i], &mut out[i]);
                }
            } else {
                for (i, out) in out.iter_mut().enumerate() {
                    s.store(turned[i], out);
                }
            }
        } else {
            for (x, out) in out.iter_mut().enumerate() {
                for (c, o) in out.iter_mut().enumerate() {
                    *o = if channel + c < planes.channels { planes.data[from + c * plane + x] } else { 0. };
                }
            }
        }
    }
}

#[inline(always)]
pub(super) fn load_at<S: Simd>(s: S, data: &[f32], at: usize) -> S::V {
    match (&data[at..at + 8]).try_into() {
        Ok(eight) => s.load(eight),
        Err(_) => unreachable!("eight numbers are eight"),
    }
}
