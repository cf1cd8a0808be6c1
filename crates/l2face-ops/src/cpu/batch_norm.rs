//! Batch normalisation over (N, plane) per channel, with two passes for the variance.
use super::sums::sum_by;
use rayon::prelude::*;

/// Mean and biased variance of each channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stats {
    pub mean: Vec<f32>,
    pub var: Vec<f32>,
}

impl Stats {
    /// 1 / sqrt(var + eps) per channel.
    pub fn inverse_deviation(&self, eps: f64) -> Vec<f32> {
        let inverse = |v: &f32| (1. / (f64::from(*v) + eps).sqrt()) as f32;
        self.var.iter().map(inverse).collect()
    }
}

/// The planes of channel `c` of `x`, (N, C, plane), in batch order.
fn planes(
    x: &[f32],
    channels: usize,
    plane: usize,
    c: usize,
) -> impl Iterator<Item = &[f32]> + '_ {
    x.chunks_exact(plane).skip(c).step_by(channels)
}

/// One pass for the mean, a second for the squared distances from it.
pub(crate) fn stats(x: &[f32], channels: usize, plane: usize) -> Stats {
    let n = (x.len() / channels) as f64;
    let (mean, var) = (0..channels)
        .into_par_iter()
        .map(|c| {
            let planes = || planes(x, channels, plane, c);
            let mean = planes().map(|p| sum_by(plane, |i| p[i])).sum::<f64>() / n;
            let m = mean as f32;
            let squares = |p: &[f32]| sum_by(plane, |i| (p[i] - m) * (p[i] - m));
            (m, (planes().map(squares).sum::<f64>() / n) as f32)
        })
        .unzip();
    Stats { mean, var }
}

/// y = x * scale + shift per channel.
pub(crate) fn affine(x: &[f32], plane: usize, scale: &[f32], shift: &[f32]) -> Vec<f32> {
    let mut out = vec![0f32; x.len()];
    out.par_chunks_mut(plane)
        .zip(x.par_chunks(plane))
        .enumerate()
        .for_each(|(i, (out, x))| {
            let (scale, shift) = (scale[i % scale.len()], shift[i % shift.len()]);
            for (out, x) in out.iter_mut().zip(x) {
                *out = x * scale + shift;
            }
        });
    out
}

/// The normalised, scaled and shifted batch.
pub(crate) fn forward(
    x: &[f32],
    plane: usize,
    weight: &[f32],
    bias: &[f32],
    stats: &Stats,
    eps: f64,
) -> Vec<f32> {
    let inverse = stats.inverse_deviation(eps);
    let scale: Vec<f32> = weight.iter().zip(&inverse).map(|(w, r)| w * r).collect();
    let shift = |((b, m), s): ((&f32, &f32), &f32)| b - m * s;
    let shift: Vec<f32> = bias.iter().zip(&stats.mean).zip(&scale).map(shift).collect();
    affine(x, plane, &scale, &shift)
}

/// Gradients of the input, the weight and the bias.
pub(crate) struct Gradients {
    pub x: Vec<f32>,
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
}

/// With xh the normalised input: d_bias = sum dy, d_weight = sum dy xh, and
/// dx = weight / deviation * (dy - mean(dy) - xh mean(dy xh)).
pub(crate) fn backward(
    x: &[f32],
    dy: &[f32],
    plane: usize,
    weight: &[f32],
    stats: &Stats,
    eps: f64,
) -> Gradients {
    let channels = weight.len();
    let inverse = stats.inverse_deviation(eps);
    let (d_bias, d_weight): (Vec<f32>, Vec<f32>) = (0..channels)
        .into_par_iter()
        .map(|c| channel_sums(x, dy, channels, plane, c, stats.mean[c], inverse[c]))
        .unzip();
    let share = channels as f32 / x.len() as f32;
    let mut dx = vec![0f32; x.len()];
    dx.par_chunks_mut(plane)
        .zip(x.par_chunks(plane).zip(dy.par_chunks(plane)))
        .enumerate()
        .for_each(|(i, (dx, (x, dy)))| {
            let c = i % channels;
            let (scale, mean) = (weight[c] * inverse[c], stats.mean[c]);
            let (a, b) = (d_weight[c] * share * inverse[c], d_bias[c] * share);
            for (dx, (x, dy)) in dx.iter_mut().zip(x.iter().zip(dy)) {
                *dx = scale * (dy - b - (x - mean) * a);
            }
        });
    Gradients {
        x: dx,
        weight: d_weight,
        bias: d_bias,
    }
}

/// sum dy and sum dy xh of one channel.
fn channel_sums(
    x: &[f32],
    dy: &[f32],
    channels: usize,
    plane: usize,
    c: usize,
    mean: f32,
    inverse: f32,
) -> (f32, f32) {
    let (mut d_bias, mut d_weight) = (0f64, 0f64);
    for (x, dy) in planes(x, channels, plane, c).zip(planes(dy, channels, plane, c)) {
        d_bias += sum_by(plane, |i| dy[i]);
        d_weight += sum_by(plane, |i| dy[i] * (x[i] - mean));
    }
    (d_bias as f32, (d_weight * f64::from(inverse)) as f32)
}
