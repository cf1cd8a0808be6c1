//! U: the transformed weights, and the way back of their gradient.
use super::plan::{PANEL, PLACES};
use super::transform;
use crate::cpu::simd::{dispatch, half_mut, halves, Kernel, Line, Simd};
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
        let inputs = self.inputs.next_multiple_of(PANEL);
        let mut u = vec![[0.; 16]; self.outputs.div_ceil(PANEL) * PLACES * inputs];
        u.par_chunks_mut(PLACES * inputs)
            .enumerate()
            .for_each(|(panel, u)| dispatch(Transform { weights: self, panel, inputs, u }));
        u
    }
}

struct Transform<'a> {
    weights: &'a Weights<'a>,
    panel: usize,
    inputs: usize,
    u: &'a mut [Line],
}

impl Kernel for Transform<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for input in 0..self.weights.inputs {
            for half in 0..2 {
                let output = self.panel * PANEL + 8 * half;
                let column = |col: usize| {
                    transform::weights(s, [0, 1, 2].map(|row| self.weights.tap(s, output, input, row * 3 + col)))
                };
                let columns = [column(0), column(1), column(2)];
                for row in 0..6 {
                    let places = transform::weights(s, columns.map(|c| c[row]));
                    for (col, place) in places.into_iter().enumerate() {
                        s.store(place, half_mut(&mut self.u[(row * 6 + col) * self.inputs + input], half));
                    }
                }
            }
        }
    }
}

/// (O, C, 3, 3) from the gradient of U: for each panel of outputs and each place 16 rows of `in_panels` lines.
pub(super) fn gradient(du: &[Line], outputs: usize, inputs: usize) -> Vec<f32> {
    let mut dw = vec![0f32; outputs * inputs * 9];
    let in_panels = inputs.div_ceil(PANEL);
    dw.par_chunks_mut(PANEL * inputs * 9).zip(du.par_chunks(PLACES * PANEL * in_panels)).for_each(|(dw, du)| {
        for (o, dw) in dw.chunks_exact_mut(inputs * 9).enumerate() {
            for (panel, dw) in dw.chunks_mut(PANEL * 9).enumerate() {
                let at = o * in_panels + panel;
                dispatch(Back { du: &du[at..], place: PANEL * in_panels, dw });
            }
        }
    });
    dw
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
            let read = |place: usize| {
                let (a, b) = halves(&self.du[place * self.place]);
                s.load(if half == 0 { a } else { b })
            };
            let rows: [[S::V; 3]; 6] = [0, 1, 2, 3, 4, 5]
                .map(|row| transform::weights_adjoint(s, [0, 1, 2, 3, 4, 5].map(|col| read(row * 6 + col))));
            for col in 0..3 {
                let column = transform::weights_adjoint(s, rows.map(|r| r[col]));
                for (row, value) in column.into_iter().enumerate() {
                    s.store(value, half_mut(&mut taps[row * 3 + col], half));
                }
            }
        }
        for (c, dw) in self.dw.chunks_exact_mut(9).enumerate() {
            dw.iter_mut().zip(&taps).for_each(|(d, tap)| *d = tap[c]);
        }
    }
}
