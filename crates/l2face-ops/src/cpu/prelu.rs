//! y = x + b where that is positive, a (x + b) elsewhere; b and a per channel.
use super::simd::{dispatch, Kernel, Simd};
use super::sums::sums;
use rayon::prelude::*;

/// Per-channel parameters.
#[derive(Clone, Copy)]
pub(crate) struct Params<'a> {
    pub bias: &'a [f32],
    pub slope: &'a [f32],
}

impl Params<'_> {
    /// Bias and slope of the `i`-th plane of (N, C, plane).
    fn of_plane(&self, i: usize) -> (f32, f32) {
        let c = i % self.bias.len();
        (self.bias[c], self.slope[c])
    }
}

/// PReLU of one number.
#[inline(always)]
pub(crate) fn activate(v: f32, slope: f32) -> f32 {
    if v > 0. {
        v
    } else {
        slope * v
    }
}

/// `x` is (N, C, plane).
pub(crate) fn forward(x: &[f32], plane: usize, p: Params<'_>) -> Vec<f32> {
    let mut y = vec![0f32; x.len()];
    let image = plane * p.bias.len();
    y.par_chunks_mut(image).zip(x.par_chunks(image)).for_each(|(y, x)| activate_images(x, plane, p, y));
    y
}

/// Whole images on the calling thread: `x` and `y` are (n, C, plane).
pub(crate) fn activate_images(x: &[f32], plane: usize, p: Params<'_>, y: &mut [f32]) {
    let planes = y.chunks_exact_mut(plane).zip(x.chunks_exact(plane));
    for (i, (y, x)) in planes.enumerate() {
        let (bias, slope) = p.of_plane(i);
        for (y, x) in y.iter_mut().zip(x) {
            *y = activate(x + bias, slope);
        }
    }
}

/// [`activate_images`] where they stand.
pub(crate) fn activate_in_place(x: &mut [f32], plane: usize, p: Params<'_>) {
    for (i, x) in x.chunks_exact_mut(plane).enumerate() {
        let (bias, slope) = p.of_plane(i);
        x.iter_mut().for_each(|x| *x = activate(*x + bias, slope));
    }
}

/// Slopes below this do not let an activation be undone.
const LEAST_SLOPE: f32 = 1e-4;

/// Whether [`backward_from_output`] applies.
pub(crate) fn is_invertible(p: Params<'_>) -> bool {
    p.slope.iter().all(|slope| *slope > LEAST_SLOPE)
}

/// [`backward`] from y, the activation, in place of x: with a positive slope both have the same sign, and x + b is y / slope where
/// it is negative.
pub(crate) fn backward_from_output(y: &[f32], dy: &[f32], plane: usize, slope: &[f32]) -> Gradients {
    let none = vec![0f32; slope.len()];
    let mut grads = backward(y, dy, plane, Params { bias: &none, slope });
    grads.slope.iter_mut().zip(slope).for_each(|(d, slope)| *d /= slope);
    grads
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
            let (bias, slope) = p.of_plane(i);
            dispatch(Backward { x, dy, bias, slope, dx })
        })
        .collect();
    let (mut bias, mut slope) = (vec![0f64; channels], vec![0f64; channels]);
    for (i, (b, s)) in sums.iter().enumerate() {
        bias[i % channels] += b;
        slope[i % channels] += s;
    }
    let narrow = |v: Vec<f64>| v.into_iter().map(|v| v as f32).collect();
    Gradients { x: dx, bias: narrow(bias), slope: narrow(slope) }
}

/// Fills a plane of `dx`; gives its share of the gradients of bias and slope.
struct Backward<'a> {
    x: &'a [f32],
    dy: &'a [f32],
    bias: f32,
    slope: f32,
    dx: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    type Output = (f64, f64);
    // A plain loop for the compiler to vectorise, with the machine's own instruction set.
    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> (f64, f64) {
        let Self { bias, slope, .. } = self;
        for (dx, (x, dy)) in self.dx.iter_mut().zip(self.x.iter().zip(self.dy)) {
            *dx = if x + bias > 0. { *dy } else { slope * dy };
        }
        let [d_bias, d_slope] = sums(self.x, self.dy, |x, dy| {
            let v = x + bias;
            let d = if v > 0. { dy } else { slope * dy };
            [d, dy * v.min(0.)]
        });
        (d_bias, d_slope)
    }
}
