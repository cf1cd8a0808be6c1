//! U: the transformed weights, and the way back of their gradient.
use super::plan::{PANEL, PLACES};
use super::transform;
use crate::cpu::simd::{dispatch, each, half_mut, read_half, Kernel, Line, Simd};
use rayon::prelude::*;

/// Weights (O, C, 3, 3) as seen by the convolution that uses them.
#[derive(Clone, Copy)]
pub(super) struct Weights<'a> {
    data: &'a [f32],
    /// Channels that the convolution gives.
    pub outputs: usize,
    /// Channels that it takes.
    pub inputs: usize,
    /// From one output channel to the next.
    output_stride: usize,
    /// From one input channel to the next.
    input_stride: usize,
    /// Rotated by half a turn.
    rotated: bool,
}

impl<'a> Weights<'a> {
    /// As they are.
    pub fn new(data: &'a [f32], outputs: usize, inputs: usize) -> Self {
        Self { data, outputs, inputs, output_stride: 9 * inputs, input_stride: 9, rotated: false }
    }

    /// For the gradient of the input: inputs and outputs change places, kernels are rotated.
    pub fn transposed(self) -> Self {
        Self {
            outputs: self.inputs,
            inputs: self.outputs,
            output_stride: self.input_stride,
            input_stride: self.output_stride,
            rotated: true,
            ..self
        }
    }

    /// One tap of eight output channels from `output` on; zero beyond the last.
    #[inline(always)]
    fn tap<S: Simd>(&self, s: S, output: usize, input: usize, tap: usize) -> S::V {
        let tap = if self.rotated { 8 - tap } else { tap };
        let mut eight = [0.; 8];
        for (i, e) in eight.iter_mut().enumerate().take(self.outputs.saturating_sub(output)) {
            *e = self.data[(output + i) * self.output_stride + input * self.input_stride + tap];
        }
        s.load(&eight)
    }

    /// U, panel by panel of outputs, in it place by place, in it one line for each input channel (of whole panels).
    pub fn transform(&self) -> Vec<Line> {
        let place = u_place(self.inputs.div_ceil(PANEL));
        let mut u = vec![[0.; 16]; self.outputs.div_ceil(PANEL) * PLACES * place];
        u.par_chunks_mut(PLACES * place).enumerate().for_each(|(panel, u)| self.transform_panel(panel, u));
        u
    }

    /// U of one panel of outputs: `PLACES * u_place(..)` lines, whatever stood there before.
    pub fn transform_panel(&self, panel: usize, u: &mut [Line]) {
        let place = u_place(self.inputs.div_ceil(PANEL));
        dispatch(Transform { weights: self, panel, place, u });
    }
}

/// Lines from one place of U to the next. Odd: a multiple of a page would put all 36 into one set of the first cache.
pub(super) fn u_place(in_panels: usize) -> usize {
    in_panels * PANEL + 1
}

/// Lines from one place of the gradient of U to the next; odd as above.
pub(super) fn du_place(in_panels: usize) -> usize {
    (PANEL * in_panels) | 1
}

struct Transform<'a> {
    weights: &'a Weights<'a>,
    panel: usize,
    place: usize,
    u: &'a mut [Line],
}

impl Kernel for Transform<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for input in 0..self.weights.inputs {
            for half in 0..2 {
                let output = self.panel * PANEL + 8 * half;
                let taps = each!(3, col => each!(3, row => self.weights.tap(s, output, input, row * 3 + col)));
                let columns = each!(3, col => transform::weights(s, taps[col]));
                for row in 0..6 {
                    let places = transform::weights(s, each!(3, col => columns[col][row]));
                    for col in 0..6 {
                        s.store(places[col], half_mut(&mut self.u[(row * 6 + col) * self.place + input], half));
                    }
                }
            }
        }
        // Channels that fill the last panel up.
        self.u.chunks_exact_mut(self.place).for_each(|lines| lines[self.weights.inputs..].fill([0.; 16]));
    }
}

/// (O, C, 3, 3) from the gradient of U: for each panel of outputs and each place 16 rows of `in_panels` lines.
pub(super) fn gradient(du: &[Line], outputs: usize, inputs: usize) -> Vec<f32> {
    let mut dw = vec![0f32; outputs * inputs * 9];
    let in_panels = inputs.div_ceil(PANEL);
    let place = du_place(in_panels);
    dw.par_chunks_mut(PANEL * inputs * 9)
        .zip(du.par_chunks(PLACES * place))
        .for_each(|(dw, du)| gradient_panel(du, inputs, dw));
    dw
}

/// The kernels of one panel of outputs (16 or, in the last, fewer).
pub(super) fn gradient_panel(du: &[Line], inputs: usize, dw: &mut [f32]) {
    let in_panels = inputs.div_ceil(PANEL);
    for (o, dw) in dw.chunks_exact_mut(inputs * 9).enumerate() {
        for (panel, dw) in dw.chunks_mut(PANEL * 9).enumerate() {
            dispatch(Back { du: &du[o * in_panels + panel..], place: du_place(in_panels), dw });
        }
    }
}

/// The gradients of at most 16 kernels of one output channel.
struct Back<'a> {
    du: &'a [Line],
    place: usize,
    dw: &'a mut [f32],
}

impl Kernel for Back<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut taps = [[0f32; 16]; 9];
        for half in 0..2 {
            let places = each!(6, row => each!(6, col => read_half(s, &self.du[(row * 6 + col) * self.place], half)));
            let rows = each!(6, row => transform::weights_adjoint(s, places[row]));
            for col in 0..3 {
                let column = transform::weights_adjoint(s, each!(6, row => rows[row][col]));
                for row in 0..3 {
                    s.store(column[row], half_mut(&mut taps[row * 3 + col], half));
                }
            }
        }
        for (c, dw) in self.dw.chunks_exact_mut(9).enumerate() {
            dw.iter_mut().zip(&taps).for_each(|(d, tap)| *d = tap[c]);
        }
    }
}
