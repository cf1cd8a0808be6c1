//! From the products back to pixels: A'MA, and bias and PReLU while the values are in registers.
#![allow(unsafe_code)]
use super::plan::{Lines, Plan, PANEL, SIDE};
use super::shared::Shared;
use super::transform;
use crate::cpu::conv::reserve_of;
use crate::cpu::prelu::Params;
use crate::cpu::simd::{each, read_half, Eight, Line, Simd};

/// The outputs of one block: the convolution, its activation, or both.
#[derive(Clone, Copy)]
pub(super) struct Outputs<'a> {
    pub convolved: Option<Shared<'a>>,
    pub activated: Option<(Shared<'a>, Params<'a>)>,
}

/// Which row of tiles of which panel.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub image: usize,
    pub tile_row: usize,
    pub panel: usize,
    pub first_tile: usize,
    pub lines: Lines,
}

/// One row of tiles of one panel of 16 channels.
///
/// # Safety
/// No other task has this row of tiles of this panel.
#[inline(always)]
pub(super) unsafe fn write_row<S: Simd>(s: S, p: &Plan, at: Row, m: &[Line], strip: &mut Vec<Eight>, out: Outputs<'_>) {
    let cols = SIDE * p.tiles_w;
    let strip = reserve_of(strip, SIDE * cols + 8, [0.; 8]);
    for half in 0..2 {
        let channel = at.panel * PANEL + 8 * half;
        if channel >= p.outputs {
            return;
        }
        for tile in 0..p.tiles_w {
            let values = pixels(s, &m[at.first_tile + tile..], at.lines.place(), half);
            for row in 0..SIDE {
                for col in 0..SIDE {
                    s.store(values[row][col], &mut strip[row * cols + SIDE * tile + col]);
                }
            }
        }
        for row in 0..SIDE.min(p.out_h - SIDE * at.tile_row) {
            let y = SIDE * at.tile_row + row;
            let place = ((at.image * p.outputs + channel) * p.out_h + y) * p.out_w;
            // SAFETY: these pixels belong to this row of tiles and these channels, which the caller has alone.
            unsafe { write_pixels(s, p, &strip[row * cols..], channel, place, out) };
        }
    }
}

/// The 4x4 pixels of one tile, eight channels in a register.
#[inline(always)]
fn pixels<S: Simd>(s: S, m: &[Line], place: usize, half: usize) -> [[S::V; 4]; 4] {
    let columns =
        each!(6, col => transform::output(s, each!(6, row => read_half(s, &m[(row * 6 + col) * place], half))));
    each!(4, row => transform::output(s, each!(6, col => columns[col][row])))
}

/// One row of pixels of at most eight channels.
///
/// # Safety
/// No other task has these pixels.
#[inline(always)]
unsafe fn write_pixels<S: Simd>(s: S, p: &Plan, row: &[Eight], channel: usize, place: usize, out: Outputs<'_>) {
    let channels = 8.min(p.outputs - channel);
    let plane = p.out_h * p.out_w;
    for from in (0..p.out_w).step_by(8) {
        let turned = s.transpose(each!(8, i => s.load(&row[from + i])));
        let len = 8.min(p.out_w - from);
        for c in 0..channels {
            let value = turned[c];
            let at = place + c * plane + from;
            if let Some(convolved) = out.convolved {
                // SAFETY: pixels of the caller's row.
                unsafe { put(s, convolved.part(at, len), value) };
            }
            if let Some((activated, params)) = out.activated {
                let value = prelu(s, value, params.bias[channel + c], params.slope[channel + c]);
                // SAFETY: pixels of the caller's row.
                unsafe { put(s, activated.part(at, len), value) };
            }
        }
    }
}

#[inline(always)]
fn prelu<S: Simd>(s: S, value: S::V, bias: f32, slope: f32) -> S::V {
    let (u, zero) = (s.add(value, s.splat(bias)), s.splat(0.));
    // NaN comes out as NaN: it is the second operand.
    s.fma(s.splat(slope), s.min(zero, u), s.max(zero, u))
}

#[inline(always)]
fn put<S: Simd>(s: S, to: &mut [f32], value: S::V) {
    if let Ok(eight) = to.try_into() {
        s.store(value, eight);
    } else {
        let mut eight = [0.; 8];
        s.store(value, &mut eight);
        to.copy_from_slice(&eight[..to.len()]);
    }
}
