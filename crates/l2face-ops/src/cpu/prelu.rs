//! y = x + b where that is positive, a (x + b) elsewhere; b and a per channel.
use super::sums::sum_by;
use rayon::prelude::*;

/// Per-channel parameters.
#[derive(Clone, Copy)]
pub(crate) struct Params<'a> {
    pub bias: &'a [f32],
    pub slope: &'a [f32],
}

/// `x` is (N, C, plane).
pub(crate) fn forward(x: &[f32], plane: usize, p: Params<'_>) -> Vec<f32> {
    let channels = p.bias.len();
    let mut out = vec![0f32; x.len()];
    out.par_chunks_mut(plane)
        .zip(x.par_chunks(plane))
        .enumerate()
        .for_each(|(i, (out, x))| {
            let (bias, slope) = (p.bias[i % channels], p.slope[i % channels]);
            for (out, x) in out.iter_mut().zip(x) {
                let v = x + bias;
                *out = if v > 0. { v } else { slope * v };
            }
        });
    out
}

/// Gradients of the input, the bias and the slope.
pub(crate) struct Gradients {
    pub x: Vec<f32>,
    pub bias: Vec<f32>,
    pub slope: Vec<f32>,
}

pub(crate) fn backward(x: &[f32], dy: &[f32], plane: usize, p: Params<'_>) -> Gradients {
    let channels = p.bias.len();
    let mut dx = vec![0f32; x.len()];
    let sums: Vec<(f64, f64)> = dx
        .par_chunks_mut(plane)
        .zip(x.par_chunks(plane).zip(dy.par_chunks(plane)))
        .enumerate()
        .map(|(i, (dx, (x, dy)))| {
            plane_backward(x, dy, p.bias[i % channels], p.slope[i % channels], dx)
        })
        .collect();
    let (mut bias, mut slope) = (vec![0f64; channels], vec![0f64; channels]);
    for (i, (b, s)) in sums.iter().enumerate() {
        bias[i % channels] += b;
        slope[i % channels] += s;
    }
    let narrow = |v: Vec<f64>| v.into_iter().map(|v| v as f32).collect();
    Gradients {
        x: dx,
        bias: narrow(bias),
        slope: narrow(slope),
    }
}

/// Fills `dx`; returns this plane's share of the gradients of bias and slope.
fn plane_backward(x: &[f32], dy: &[f32], bias: f32, slope: f32, dx: &mut [f32]) -> (f64, f64) {
    for (dx, (x, dy)) in dx.iter_mut().zip(x.iter().zip(dy)) {
        *dx = if x + bias > 0. { *dy } else { slope * dy };
    }
    let n = x.len();
    let (x, dy, dx) = (&x[..n], &dy[..n], &dx[..n]);
    let d_bias = sum_by(n, |i| dx[i]);
    let d_slope = sum_by(n, |i| {
        let v = x[i] + bias;
        if v > 0. {
            0.
        } else {
            dy[i] * v
        }
    });
    (d_bias, d_slope)
}
