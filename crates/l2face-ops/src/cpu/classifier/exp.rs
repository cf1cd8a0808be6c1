//! e^x on eight lanes.
use crate::cpu::simd::Simd;

/// ln 2 in two parts, the first with few digits so that n times it is exact.
const LN2: [f32; 2] = [355. / 512., -2.121_944_4e-4];
/// Taylor's coefficients of (e^r - 1 - r) / r^2, nudged for the interval |r| <= ln 2 / 2 (minimax, degree 5).
const POLYNOMIAL: [f32; 6] = [1.987_569_2e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_6e-1, 0.5];
/// Where 2^n has no exponent of its own any more; e^x is below 1.2e-38 there.
const LEAST: f32 = -87.3;
/// Adding and taking away 1.5 * 2^23 rounds to the nearest integer.
const ROUND: f32 = 12_582_912.;

/// e^x for x <= 0, relative error below 2e-7; 1.2e-38 for all x below -87.3, minus infinity included, and NaN stays NaN.
#[inline(always)]
pub(super) fn exp<S: Simd>(s: S, x: S::V) -> S::V {
    // The second operand is what comes out where one of them is NaN.
    let bounded = s.max(s.splat(LEAST), x);
    let rounded = s.fma(bounded, s.splat(std::f32::consts::LOG2_E), s.splat(ROUND));
    let n = s.sub(rounded, s.splat(ROUND));
    let r = s.fma(n, s.splat(-LN2[0]), bounded);
    let r = s.fma(n, s.splat(-LN2[1]), r);
    let mut p = s.splat(POLYNOMIAL[0]);
    for k in 1..6 {
        p = s.fma(p, r, s.splat(POLYNOMIAL[k]));
    }
    let y = s.add(s.fma(s.mul(r, r), p, r), s.splat(1.));
    s.mul(y, s.pow2(n))
}
