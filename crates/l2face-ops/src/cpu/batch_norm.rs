//! Batch normalisation over (N, plane) per channel, two passes for the variance, then PReLU
//! (a slope of 1 is none).
#![allow(unsafe_code)]
use super::fresh::written;
use super::prelu::activate;
use super::simd::{dispatch, Kernel, Simd};
use super::sums::sums;
use rayon::prelude::*;
use std::mem::MaybeUninit;

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
            let mean = planes().map(|p| dispatch(Total(p))).sum::<f64>() / n;
            let m = mean as f32;
            let squares = |p| dispatch(Squares { plane: p, mean: m });
            (m, (planes().map(squares).sum::<f64>() / n) as f32)
        })
        .unzip();
    Stats { mean, var }
}

// The kernels below are plain loops, which the compiler turns into vector code; as kernels they get the machine's own set, with the same bits.

/// The sum of a plane.
struct Total<'a>(&'a [f32]);

impl Kernel for Total<'_> {
    type Output = f64;
    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> f64 {
        sums(self.0, self.0, |v, _| [v])[0]
    }
}

/// The sum of squared distances from the mean.
struct Squares<'a> {
    plane: &'a [f32],
    mean: f32,
}

impl Kernel for Squares<'_> {
    type Output = f64;
    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> f64 {
        let m = self.mean;
        sums(self.plane, self.plane, |v, _| [(v - m) * (v - m)])[0]
    }
}

/// The normalised, scaled, shifted and activated batch.
pub(crate) fn forward(x: &[f32], plane: usize, p: Params<'_>, stats: &Stats, eps: f64) -> Vec<f32> {
    let channels = channels(p, stats, eps);
    let image = plane * channels.len();
    assert!(plane > 0 && x.len().is_multiple_of(image), "whole images");
    let fill = |y: &mut [MaybeUninit<f32>]| {
        y.par_chunks_mut(image).zip(x.par_chunks(image)).for_each(|(y, x)| {
            let planes = y.chunks_exact_mut(plane).zip(x.chunks_exact(plane));
            for ((y, x), c) in planes.zip(&channels) {
                dispatch(Forward { x, c: *c, y });
            }
        });
    };
    // SAFETY: x and y are the same whole images, an image is a plane for each channel, and each plane is written to its end.
    unsafe { written(x.len(), fill) }
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
    assert!(plane > 0 && x.len().is_multiple_of(image) && dy.len() == x.len(), "whole images");
    let fill = |dx: &mut [MaybeUninit<f32>]| {
        dx.par_chunks_mut(image).zip(x.par_chunks(image).zip(dy.par_chunks(image))).for_each(|(dx, (x, dy))| {
            let inputs = x.chunks_exact(plane).zip(dy.chunks_exact(plane));
            let planes = dx.chunks_exact_mut(plane).zip(inputs);
            for ((dx, (x, dy)), (c, sums)) in planes.zip(channels.iter().zip(&sums)) {
                dispatch(Backward { x, dy, c: *c, a: sums.weight * share * c.inverse, b: sums.bias * share, dx });
            }
        });
    };
    // SAFETY: as in `forward`.
    let dx = unsafe { written(x.len(), fill) };
    Gradients {
        x: dx,
        weight: sums.iter().map(|s| s.weight).collect(),
        bias: sums.iter().map(|s| s.bias).collect(),
        slope: sums.iter().map(|s| s.slope).collect(),
    }
}

/// One plane's outputs. The channel comes by value, so that the compiler keeps it in registers.
struct Forward<'a> {
    x: &'a [f32],
    c: Channel,
    y: &'a mut [MaybeUninit<f32>],
}

impl Kernel for Forward<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let c = self.c;
        for (y, x) in self.y.iter_mut().zip(self.x) {
            y.write(activate(x * c.scale + c.shift, c.slope));
        }
    }
}

/// dx = scale * (dv - b - (x - mean) a).
struct Backward<'a> {
    x: &'a [f32],
    dy: &'a [f32],
    c: Channel,
    a: f32,
    b: f32,
    dx: &'a mut [MaybeUninit<f32>],
}

impl Kernel for Backward<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Self { c, a, b, .. } = self;
        for (dx, (x, dy)) in self.dx.iter_mut().zip(self.x.iter().zip(self.dy)) {
            dx.write(c.scale * (before_activation(*x, *dy, c) - b - (x - c.mean) * a));
        }
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

/// The sums of dv (x - mean), dv, and dy v where v is negative.
struct PlaneSums<'a> {
    x: &'a [f32],
    dy: &'a [f32],
    c: Channel,
}

impl Kernel for PlaneSums<'_> {
    type Output = [f64; 3];
    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> [f64; 3] {
        let c = self.c;
        sums(self.x, self.dy, |x, dy| {
            let dv = before_activation(x, dy, c);
            [dv * (x - c.mean), dv, dy * (x * c.scale + c.shift).min(0.)]
        })
    }
}

fn channel_sums(x: &[f32], dy: &[f32], channels: usize, plane: usize, c: usize, channel: Channel) -> Sums {
    let (mut weight, mut bias, mut slope) = (0f64, 0f64, 0f64);
    for (x, dy) in planes(x, channels, plane, c).zip(planes(dy, channels, plane, c)) {
        let [w, b, s] = dispatch(PlaneSums { x, dy, c: channel });
        weight += w;
        bias += b;
        slope += s;
    }
    Sums { weight: (weight * f64::from(channel.inverse)) as f32, bias: bias as f32, slope: slope as f32 }
}
