//! The five one-dimensional transforms, on eight lanes. Matrices: arXiv 1509.09308, section 4.1.2, F(4, 3).
use crate::cpu::simd::Simd;

/// B'd: six inputs to six places.
#[inline(always)]
pub(super) fn input<S: Simd>(s: S, d: [S::V; 6]) -> [S::V; 6] {
    let (two, four, minus_four, minus_five) = (s.splat(2.), s.splat(4.), s.splat(-4.), s.splat(-5.));
    let even = s.fma(minus_four, d[2], d[4]);
    let odd = s.fma(minus_four, d[1], d[3]);
    let far_even = s.sub(d[4], d[2]);
    let far_odd = s.mul(two, s.sub(d[3], d[1]));
    [
        s.fma(four, d[0], s.fma(minus_five, d[2], d[4])),
        s.add(even, odd),
        s.sub(even, odd),
        s.add(far_even, far_odd),
        s.sub(far_even, far_odd),
        s.fma(four, d[1], s.fma(minus_five, d[3], d[5])),
    ]
}

/// A'm: six places to four outputs.
#[inline(always)]
pub(super) fn output<S: Simd>(s: S, m: [S::V; 6]) -> [S::V; 4] {
    let (sum, difference) = (s.add(m[1], m[2]), s.sub(m[1], m[2]));
    let (far_sum, far_difference) = (s.add(m[3], m[4]), s.sub(m[3], m[4]));
    [
        s.add(m[0], s.add(sum, far_sum)),
        s.fma(s.splat(2.), far_difference, difference),
        s.fma(s.splat(4.), far_sum, sum),
        s.add(s.fma(s.splat(8.), far_difference, difference), m[5]),
    ]
}

/// A y: four gradients of outputs to six places, the adjoint of [`output`].
#[inline(always)]
pub(super) fn output_adjoint<S: Simd>(s: S, y: [S::V; 4]) -> [S::V; 6] {
    let (even, odd) = (s.add(y[0], y[2]), s.add(y[1], y[3]));
    let far_even = s.fma(s.splat(4.), y[2], y[0]);
    let far_odd = s.fma(s.splat(8.), y[3], s.add(y[1], y[1]));
    [y[0], s.add(even, odd), s.sub(even, odd), s.add(far_even, far_odd), s.sub(far_even, far_odd), y[3]]
}

/// G g: three weights to six places.
#[inline(always)]
pub(super) fn weights<S: Simd>(s: S, g: [S::V; 3]) -> [S::V; 6] {
    let minus_sixth = s.splat(-1. / 6.);
    let ends = s.add(g[0], g[2]);
    let far = s.fma(s.splat(1. / 24.), g[0], s.mul(s.splat(1. / 6.), g[2]));
    let middle = s.mul(s.splat(1. / 12.), g[1]);
    [
        s.mul(s.splat(0.25), g[0]),
        s.mul(minus_sixth, s.add(ends, g[1])),
        s.mul(minus_sixth, s.sub(ends, g[1])),
        s.add(far, middle),
        s.sub(far, middle),
        g[2],
    ]
}

/// G'u: six places to three gradients of weights, the adjoint of [`weights`].
#[inline(always)]
pub(super) fn weights_adjoint<S: Simd>(s: S, u: [S::V; 6]) -> [S::V; 3] {
    let sixth = s.splat(1. / 6.);
    let (near, near_difference) = (s.add(u[1], u[2]), s.sub(u[2], u[1]));
    let (far, far_difference) = (s.add(u[3], u[4]), s.sub(u[3], u[4]));
    [
        s.fma(s.splat(0.25), u[0], s.fma(s.splat(-1. / 6.), near, s.mul(s.splat(1. / 24.), far))),
        s.fma(sixth, near_difference, s.mul(s.splat(1. / 12.), far_difference)),
        s.fma(sixth, s.sub(far, near), u[5]),
    ]
}
