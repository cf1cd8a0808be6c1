//! Batch normalisation over (N, plane) per channel, two passes for the variance, then PReLU
//! (a slope of 1 is none).
use super::prelu::activate;
use super::sums::sums;
use rayon::prelude::*;

/// Mean and biased variance of each channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stats {
    pub mean: Vec<f32>,
    pub var: Vec<f32>,
}

/// Per-channel parameters.
#[derive(Clone, Copy)]
pub(crate) struct Params<'a> {
    pub weight: &'a [f32],
    pub bias: &'a [f32],
    pub slope: &'a [f32],
}

/// One channel's work: v = x * scale + shift, then PReLU.
#[derive(Clone, Copy)]
struct Channel {
    mean: f32,
    inverse: f32,
    scale: f32,
    shift: f32,
    slope: f32,
}

/// All channels' work.
fn channels(p: Params<'_>, stats: &Stats, eps: f64) -> Vec<Channel> {
    let channel = |c: usize| {
        let inverse = (1. / (f64::from(stats.var[c]) + eps).sqrt()) as f32;
        let scale = p.weight[c] * inverse;
        Channel { mean: stats.mean[c], inverse, scale, shift: p.bias[c] - stats.mean[c] * scale, slope: p.slope[c] }
    };
    (0..p.weight.len()).map(channel).collect()
}

/// The planes of channel `c` of `x`, (N, C, plane), in batch order.
fn planes(x: &[f32], channels: usize, plane: usize, c: usize) -> impl Iterator<Item = &[f32]> + '_ {
    x.chunks_exact(plane).skip(c).step_by(channels)
}

/// One pass for the mean, a second for the squared distances from it.
pub(crate) fn stats(x: &[f32], channels: usize, plane: usize) -> Stats {
    let n = (x.len() / channels) as f64;
    let (mean, var) = (0..channels)
        .into_par_iter()
        .map(|c| {
            let planes = || planes(x, channels, plane, c);
            let mean = planes().map(|p| sums(p, p, |v, _| [v])[0]).sum::<f64>() / n;
            let m = mean as f32;
            let squares = |p: &[f32]| sums(p, p, |v, _| [(v - m) * (v - m)])[0];
            (m, (planes().map(squares).sum::<f64>() / n) as f32)
        })
        .unzip();
    Stats { mean, var }
}

/// The normalised, scaled, shifted and activated batch.
pub(crate) fn forward(x: &[f32], plane: usize, p: Params<'_>, stats: &Stats, eps: f64) -> Vec<f32> {
    let channels = channels(p, stats, eps);
    let image = plane * channels.len();
    let mut y = vec![0f32; x.len()];
    y.par_chunks_mut(image).zip(x.par_chunks(image)).for_each(|(y, x)| {
        let planes = y.chunks_exact_mut(plane).zip(x.chunks_exact(plane));
        for ((y, x), c) in planes.zip(&channels) {
            plane_forward(x, *c, y);
        }
    });
    y
}

/// Gradients of the input, the weight, the bias and the slope.
pub(crate) struct Gradients {
    pub x: Vec<f32>,
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
    pub slope: Vec<f32>,
}

/// With xh the normalised input and dv the gradient before the activation: d_bias = sum dv,
/// d_weight = sum dv xh, and dx = weight / deviation * (dv - mean(dv) - xh mean(dv xh)).
pub(crate) fn backward(x: &[f32], dy: &[f32], plane: usize, p: Params<'_>, stats: &Stats, eps: f64) -> Gradients {
    let channels = channels(p, stats, eps);
    let sums: Vec<Sums> = (0..channels.len())
        .into_par_iter()
        .map(|c| channel_sums(x, dy, channels.len(), plane, c, channels[c]))
        .collect();
    let share = channels.len() as f32 / x.len() as f32;
    let image = plane * channels.len();
    let mut dx = vec![0f32; x.len()];
    dx.par_chunks_mut(image).zip(x.par_chunks(image).zip(dy.par_chunks(image))).for_each(|(dx, (x, dy))| {
        let inputs = x.chunks_exact(plane).zip(dy.chunks_exact(plane));
        let planes = dx.chunks_exact_mut(plane).zip(inputs);
        for ((dx, (x, dy)), (c, sums)) in planes.zip(channels.iter().zip(&sums)) {
            plane_backward(x, dy, *c, sums.weight * share * c.inverse, sums.bias * share, dx);
        }
    });
    Gradients {
        x: dx,
        weight: sums.iter().map(|s| s.weight).collect(),
        bias: sums.iter().map(|s| s.bias).collect(),
        slope: sums.iter().map(|s| s.slope).collect(),
    }
}

/// The channel comes by value, so that the compiler keeps it in registers and vectorises the loop.
fn plane_forward(x: &[f32], c: Channel, y: &mut [f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y = activate(x * c.scale + c.shift, c.slope);
    }
}

/// dx = scale * (dv - b - (x - mean) a).
fn plane_backward(x: &[f32], dy: &[f32], c: Channel, a: f32, b: f32, dx: &mut [f32]) {
    for (dx, (x, dy)) in dx.iter_mut().zip(x.iter().zip(dy)) {
        *dx = c.scale * (before_activation(*x, *dy, c) - b - (x - c.mean) * a);
    }
}

/// The gradient before the activation.
#[inline(always)]
fn before_activation(x: f32, dy: f32, c: Channel) -> f32 {
    if x * c.scale + c.shift > 0. {
        dy
    } else {
        c.slope * dy
    }
}

/// One channel's gradients of weight, bias and slope.
struct Sums {
    weight: f32,
    bias: f32,
    slope: f32,
}

fn channel_sums(x: &[f32], dy: &[f32], channels: usize, plane: usize, c: usize, channel: Channel) -> Sums {
    let Channel { mean, scale, shift, .. } = channel;
    let (mut weight, mut bias, mut slope) = (0f64, 0f64, 0f64);
    for (x, dy) in planes(x, channels, plane, c).zip(planes(dy, channels, plane, c)) {
        let [w, b, s] = sums(x, dy, |x, dy| {
            let dv = before_activation(x, dy, channel);
            [dv * (x - mean), dv, dy * (x * scale + shift).min(0.)]
        });
        weight += w;
        bias += b;
        slope += s;
    }
    Sums { weight: (weight * f64::from(channel.inverse)) as f32, bias: bias as f32, slope: slope as f32 }
}
