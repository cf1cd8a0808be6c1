//! The gradients of the input and of the weights.
use super::forward::{planes, run};
use super::plan::{Lines, Plan, PANEL, PLACES};
use super::product::accumulate;
use super::strip::{transform_gradients, transform_inputs, Place, Planes};
use super::weights::{gradient, Weights};
use crate::cpu::conv::reserve_of;
use crate::cpu::simd::{dispatch, Eight, Kernel, Line, Simd};
use crate::geometry::Geometry;
use rayon::prelude::*;
use std::ops::Range;

/// Gradient with respect to the input, (N, C, H, W): the convolution of dy with the rotated weights.
pub(crate) fn input_gradient(g: &Geometry, dy: &[f32], w: &[f32]) -> Vec<f32> {
    let weights = Weights::new(w, g.out_channels, g.in_channels).transposed();
    run(&Plan::of(g).transposed(), dy, weights, None).0
}

/// Gradient with respect to the weights, (O, C, 3, 3). Chunks of tiles are taken in order, so threads change no bit.
pub(crate) fn weight_gradient(g: &Geometry, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let p = Plan::of(g);
    let (mut v, mut dm) = (vec![], vec![]);
    let mut du = vec![[0f32; 16]; p.out_panels() * PLACES * PANEL * p.in_panels()];
    for rows in p.chunks() {
        let lines = Lines { tiles: rows.len() * p.tiles_w };
        let v = reserve_of(&mut v, p.in_panels() * lines.panel(), [0.; 16]);
        let dm = reserve_of(&mut dm, p.out_panels() * lines.panel(), [0.; 16]);
        let side = |data, gradient| Side { p: &p, data, gradient, rows: rows.clone(), lines };
        rayon::join(|| side(x, false).transform(v), || side(dy, true).transform(dm));
        add_chunk(&p, lines, v, dm, &mut du);
    }
    gradient(&du, p.outputs, p.inputs)
}

fn add_chunk(p: &Plan, lines: Lines, v: &[Line], dm: &[Line], du: &mut [Line]) {
    du.par_chunks_mut(PANEL * p.in_panels()).enumerate().for_each(|(i, du)| {
        let (panel, place) = (i / PLACES, i % PLACES);
        let dm = &dm[panel * lines.panel() + place * lines.place()..][..lines.tiles];
        dispatch(Accumulate { dm, v: &v[place * lines.place()..], du, lines });
    });
}

struct Accumulate<'a> {
    dm: &'a [Line],
    v: &'a [Line],
    du: &'a mut [Line],
    lines: Lines,
}

impl Kernel for Accumulate<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        accumulate(s, self.dm, self.v, self.du, self.lines);
    }
}

/// One of the two sides of the product, for a chunk of rows of tiles.
struct Side<'a> {
    p: &'a Plan,
    data: &'a [f32],
    /// dy rather than x.
    gradient: bool,
    rows: Range<usize>,
    lines: Lines,
}

impl Side<'_> {
    /// All panels, each on a task of its own.
    fn transform(&self, lines: &mut [Line]) {
        let each = |(panel, v): (usize, &mut [Line])| dispatch(OnePanel { side: self, panel, v });
        lines.par_chunks_mut(self.lines.panel()).enumerate().for_each(each);
    }

    fn planes(&self, image: usize) -> Planes<'_> {
        let p = self.p;
        if !self.gradient {
            return planes(p, self.data, image);
        }
        let size = p.outputs * p.out_h * p.out_w;
        let data = &self.data[image * size..(image + 1) * size];
        Planes { data, channels: p.outputs, height: p.out_h, width: p.out_w }
    }
}

struct OnePanel<'a> {
    side: &'a Side<'a>,
    panel: usize,
    v: &'a mut [Line],
}

impl Kernel for OnePanel<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (side, p) = (self.side, self.side.p);
        let mut strip: Vec<Eight> = vec![];
        for (i, row) in side.rows.clone().enumerate() {
            let first_tile = i * p.tiles_w;
            let at = Place { tile_row: row % p.tiles_h, panel: self.panel, first_tile, lines: side.lines };
            let planes = side.planes(row / p.tiles_h);
            if side.gradient {
                transform_gradients(s, p, planes, at, &mut strip, self.v);
            } else {
                transform_inputs(s, p, planes, at, &mut strip, self.v);
            }
        }
    }
}
