//! The gradients of the input and of the weights.
use super::few_tiles;
use super::forward::{planes, run};
use super::plan::{Lines, Plan, PLACES};
use super::product::accumulate;
use super::strip::{transform_gradients, transform_inputs, Place, Planes};
use super::weights::{du_place, gradient, Weights};
use crate::cpu::conv::reserve_of;
use crate::cpu::simd::{dispatch, Eight, Kernel, Line, Simd};
use crate::geometry::Geometry;
use rayon::prelude::*;
use std::ops::Range;

/// Gradient with respect to the input, (N, C, H, W): the convolution of dy with the rotated weights.
pub(crate) fn input_gradient(g: &Geometry, dy: &[f32], w: &[f32]) -> Vec<f32> {
    let weights = Weights::new(w, g.out_channels, g.in_channels).transposed();
    run(&Plan::of(g).transposed(), dy, weights, true, None).0
}

/// Gradient with respect to the weights, (O, C, 3, 3). Chunks of tiles are taken in order, so threads change no bit.
pub(crate) fn weight_gradient(g: &Geometry, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let p = Plan::of(g);
    if p.few_tiles() {
        return few_tiles::weight_gradient(&p, x, dy);
    }
    let (mut v, mut dm) = (vec![], vec![]);
    let mut du = vec![[0f32; 16]; p.out_panels() * PLACES * du_place(p.in_panels())];
    for rows in p.chunks() {
        let lines = Lines { tiles: rows.len() * p.tiles_w };
        let v = reserve_of(&mut v, p.in_panels() * lines.panel(), [0.; 16]);
        let dm = reserve_of(&mut dm, p.out_panels() * lines.panel(), [0.; 16]);
        transform_sides(&p, x, dy, rows, v, dm);
        add_chunk(&p, lines, v, dm, &mut du);
    }
    gradient(&du, p.outputs, p.inputs)
}

/// V and dM of some rows of tiles.
pub(super) fn transform_sides(p: &Plan, x: &[f32], dy: &[f32], rows: Range<usize>, v: &mut [Line], dm: &mut [Line]) {
    let side = |data, gradient| Side { p, data, gradient, rows: rows.clone() };
    rayon::join(|| side(x, false).transform(v), || side(dy, true).transform(dm));
}

fn add_chunk(p: &Plan, lines: Lines, v: &[Line], dm: &[Line], du: &mut [Line]) {
    du.par_chunks_mut(du_place(p.in_panels())).enumerate().for_each(|(i, du)| {
        let (panel, place) = (i / PLACES, i % PLACES);
        let dm = &dm[panel * lines.panel() + place * lines.place()..][..lines.tiles];
        dispatch(Accumulate { dm, v: &v[place * lines.place()..], du, lines });
    });
}

/// dU += dM' V of one panel of outputs at one place.
pub(super) struct Accumulate<'a> {
    pub dm: &'a [Line],
    pub v: &'a [Line],
    pub du: &'a mut [Line],
    pub lines: Lines,
}

impl Kernel for Accumulate<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        accumulate(s, self.dm, self.v, self.du, self.lines);
    }
}

/// One of the two sides of the product, for a chunk of rows of tiles.
pub(super) struct Side<'a> {
    pub p: &'a Plan,
    pub data: &'a [f32],
    /// dy rather than x.
    pub gradient: bool,
    pub rows: Range<usize>,
}

impl Side<'_> {
    /// All panels, each on a task of its own.
    pub fn transform(&self, to: &mut [Line]) {
        let each = |(panel, v): (usize, &mut [Line])| dispatch(OnePanel { side: self, panel, v });
        to.par_chunks_mut(self.lines().panel()).enumerate().for_each(each);
    }

    fn lines(&self) -> Lines {
        Lines { tiles: self.rows.len() * self.p.tiles_w }
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
            let at = Place { tile_row: row % p.tiles_h, panel: self.panel, first_tile, lines: side.lines() };
            let planes = side.planes(row / p.tiles_h);
            if side.gradient {
                transform_gradients(s, p, planes, at, &mut strip, self.v);
            } else {
                transform_inputs(s, p, planes, at, &mut strip, self.v);
            }
        }
    }
}
