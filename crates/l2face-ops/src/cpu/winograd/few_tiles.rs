//! Small maps of many channels: panel by panel of outputs, so that the panel's transformed weights (or their gradient) stay in a
//! core's second cache and never reach memory.
#![allow(unsafe_code)]
use super::gradient::{transform_sides, Accumulate, Side};
use super::output::{write_row, Outputs, Row};
use super::plan::{Lines, Plan, PANEL, PLACES};
use super::product::multiply;
use super::weights::{du_place, gradient_panel, u_place, Weights};
use crate::cpu::conv::reserve_of;
use crate::cpu::simd::{dispatch, Eight, Kernel, Line, Simd};
use rayon::prelude::*;
use std::cell::RefCell;

/// Work buffers of one thread, kept between calls.
#[derive(Default)]
struct Scratch {
    u: Vec<Line>,
    m: Vec<Line>,
    strip: Vec<Eight>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

fn lines(p: &Plan) -> Lines {
    Lines { tiles: p.rows() * p.tiles_w }
}

/// The convolution (and activation) into `outputs`.
pub(super) fn run(p: &Plan, x: &[f32], w: Weights<'_>, outputs: Outputs<'_>) {
    let lines = lines(p);
    let mut v = vec![[0f32; 16]; p.in_panels() * lines.panel()];
    Side { p, data: x, gradient: false, rows: 0..p.rows() }.transform(&mut v);
    (0..p.out_panels()).into_par_iter().for_each(|panel| {
        SCRATCH.with_borrow_mut(|scratch| {
            let u = reserve_of(&mut scratch.u, PLACES * u_place(p.in_panels()), [0.; 16]);
            let m = reserve_of(&mut scratch.m, lines.panel(), [0.; 16]);
            w.transform_panel(panel, u);
            dispatch(OutputPanel { p, panel, v: &v, u, m, strip: &mut scratch.strip, outputs });
        })
    });
}

struct OutputPanel<'a> {
    p: &'a Plan,
    panel: usize,
    v: &'a [Line],
    u: &'a [Line],
    m: &'a mut [Line],
    strip: &'a mut Vec<Eight>,
    outputs: Outputs<'a>,
}

impl Kernel for OutputPanel<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (p, lines) = (self.p, lines(self.p));
        multiply(s, self.v, self.u, self.m, p.in_panels(), lines);
        for row in 0..p.rows() {
            let (image, tile_row, first_tile) = (row / p.tiles_h, row % p.tiles_h, row * p.tiles_w);
            let at = Row { image, tile_row, panel: self.panel, first_tile, lines };
            // SAFETY: this panel belongs to this task alone.
            unsafe { write_row(s, p, at, self.m, self.strip, self.outputs) };
        }
    }
}

/// Gradient with respect to the weights, (O, C, 3, 3).
pub(super) fn weight_gradient(p: &Plan, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let lines = lines(p);
    let mut v = vec![[0f32; 16]; p.in_panels() * lines.panel()];
    let mut dm = vec![[0f32; 16]; p.out_panels() * lines.panel()];
    transform_sides(p, x, dy, 0..p.rows(), &mut v, &mut dm);
    let mut dw = vec![0f32; p.outputs * p.inputs * 9];
    dw.par_chunks_mut(PANEL * p.inputs * 9).zip(dm.par_chunks(lines.panel())).for_each(|(dw, dm)| {
        SCRATCH.with_borrow_mut(|scratch| {
            let du = reserve_of(&mut scratch.u, PLACES * du_place(p.in_panels()), [0.; 16]);
            du.fill([0.; 16]);
            for (place, du) in du.chunks_exact_mut(du_place(p.in_panels())).enumerate() {
                let (dm, v) = (&dm[place * lines.place()..][..lines.tiles], &v[place * lines.place()..]);
                dispatch(Accumulate { dm, v, du, lines });
            }
            gradient_panel(du, p.inputs, dw);
        })
    });
    dw
}
