//! The convolution: blocks of tile rows on rayon tasks, each block transformed, multiplied and transformed back in the cache.
#![allow(unsafe_code)]
use super::few_tiles;
use super::output::{write_row, Outputs, Row};
use super::plan::{Lines, Plan, PANEL};
use super::product::multiply;
use super::shared::Shared;
use super::strip::{transform_inputs, Place, Planes};
use super::weights::Weights;
use crate::cpu::conv::reserve_of;
use crate::cpu::prelu::Params;
use crate::cpu::simd::{dispatch, Eight, Kernel, Line, Simd};
use crate::geometry::Geometry;
use rayon::prelude::*;
use std::cell::RefCell;
use std::ops::Range;

/// Work buffers of one thread, kept between calls.
#[derive(Default)]
struct Scratch {
    v: Vec<Line>,
    m: Vec<Line>,
    strip: Vec<Eight>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// (N, O, oh, ow) = convolution of x (N, C, H, W) with w (O, C, 3, 3), if `convolved`, and its activation, if one is given; what is not
/// asked for is empty.
pub(crate) fn forward(
    g: &Geometry,
    x: &[f32],
    w: &[f32],
    convolved: bool,
    activation: Option<Params<'_>>,
) -> (Vec<f32>, Vec<f32>) {
    run(&Plan::of(g), x, Weights::new(w, g.out_channels, g.in_channels), convolved, activation)
}

pub(super) fn run(
    p: &Plan,
    x: &[f32],
    w: Weights<'_>,
    convolved: bool,
    activation: Option<Params<'_>>,
) -> (Vec<f32>, Vec<f32>) {
    let len = p.batch * p.outputs * p.out_h * p.out_w;
    let pixels = |wanted| vec![0f32; if wanted { len } else { 0 }];
    let (mut convolution, mut activated) = (pixels(convolved), pixels(activation.is_some()));
    let outputs = Outputs {
        convolved: convolved.then(|| Shared::new(&mut convolution)),
        activated: activation.map(|params| (Shared::new(&mut activated), params)),
    };
    if p.few_tiles() {
        few_tiles::run(p, x, w, outputs);
        return (convolution, activated);
    }
    let u = w.transform();
    // Every row of tiles lies in one block, so no two tasks write the same pixel.
    p.blocks().into_par_iter().for_each(|rows| {
        // `dispatch` innermost: only what is inlined into it is compiled for its instruction set.
        SCRATCH.with_borrow_mut(|scratch| dispatch(Block { p, x, u: &u, rows, outputs, scratch }))
    });
    (convolution, activated)
}

/// Numbers that [`forward`] of one image lays out, but for a strip of the image's rows.
pub(crate) fn scratch(g: &Geometry) -> usize {
    let p = Plan::of(&Geometry { batch: 1, ..*g });
    let rows = match p.few_tiles() {
        true => p.rows(),
        false => p.blocks().first().map_or(0, |rows| rows.len()),
    };
    (p.in_panels() + p.out_panels()) * Lines { tiles: rows * p.tiles_w }.panel() * PANEL
}

struct Block<'a> {
    p: &'a Plan,
    x: &'a [f32],
    u: &'a [Line],
    rows: Range<usize>,
    outputs: Outputs<'a>,
    scratch: &'a mut Scratch,
}

impl Kernel for Block<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Block { p, x, u, rows, outputs, scratch } = self;
        let lines = Lines { tiles: rows.len() * p.tiles_w };
        let v = reserve_of(&mut scratch.v, p.in_panels() * lines.panel(), [0.; 16]);
        let m = reserve_of(&mut scratch.m, p.out_panels() * lines.panel(), [0.; 16]);
        for (i, row) in rows.clone().enumerate() {
            for (panel, v) in v.chunks_exact_mut(lines.panel()).enumerate() {
                let at = Place { tile_row: row % p.tiles_h, panel, first_tile: i * p.tiles_w, lines };
                transform_inputs(s, p, planes(p, x, row / p.tiles_h), at, &mut scratch.strip, v);
            }
        }
        multiply(s, v, u, m, p.in_panels(), lines);
        for (i, row) in rows.clone().enumerate() {
            for (panel, m) in m.chunks_exact(lines.panel()).enumerate() {
                let (image, tile_row, first_tile) = (row / p.tiles_h, row % p.tiles_h, i * p.tiles_w);
                let at = Row { image, tile_row, panel, first_tile, lines };
                // SAFETY: this row of tiles belongs to this block alone.
                unsafe { write_row(s, p, at, m, &mut scratch.strip, outputs) };
            }
        }
    }
}

/// The input planes of one image.
pub(super) fn planes<'a>(p: &Plan, x: &'a [f32], image: usize) -> Planes<'a> {
    let size = p.inputs * p.height * p.width;
    Planes { data: &x[image * size..(image + 1) * size], channels: p.inputs, height: p.height, width: p.width }
}
