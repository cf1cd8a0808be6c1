//! AVX2 with FMA, by intrinsics.
#![allow(unsafe_code)]
use super::{each, wide_from_halves, Eight, Simd};
use std::arch::x86_64::*;

/// AVX2 with FMA. Made by [`Avx2::detect`] alone, so that holding one proves that the machine has both.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The set, where the machine has it.
    pub(crate) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

// SAFETY (of every block below): an `Avx2` exists only where AVX2 and FMA were detected, and each pointer comes from a
// reference to eight numbers, read and written without alignment.
impl Simd for Avx2 {
    type V = __m256;
    wide_from_halves!();
    #[inline(always)]
    fn splat(self, a: f32) -> __m256 {
        // SAFETY: see above.
        unsafe { _mm256_set1_ps(a) }
    }
    #[inline(always)]
    fn load(self, from: &Eight) -> __m256 {
        // SAFETY: see above.
        unsafe { _mm256_loadu_ps(from.as_ptr()) }
    }
    #[inline(always)]
    fn store(self, a: __m256, to: &mut Eight) {
        // SAFETY: see above.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), a) }
    }
    #[inline(always)]
    fn add(self, a: __m256, b: __m256) -> __m256 {
        // SAFETY: see above.
        unsafe { _mm256_add_ps(a, b) }
    }
    #[inline(always)]
    fn sub(self, a: __m256, b: __m256) -> __m256 {
        // SAFETY: see above.
        unsafe { _mm256_sub_ps(a, b) }
    }
    #[inline(always)]
    fn mul(self, a: __m256, b: __m256) -> __m256 {
        // SAFETY: see above.
        unsafe { _mm256_mul_ps(a, b) }
    }
    #[inline(always)]
    fn fma(self, a: __m256, b: __m256, c: __m256) -> __m256 {
        // SAFETY: see above.
        unsafe { _mm256_fmadd_ps(a, b, c) }
    }
    #[inline(always)]
    fn max(self, a: __m256, b: __m256) -> __m256 {
        // SAFETY: see above.
        unsafe { _mm256_max_ps(a, b) }
    }
    #[inline(always)]
    fn min(self, a: __m256, b: __m256) -> __m256 {
        // SAFETY: see above.
        unsafe { _mm256_min_ps(a, b) }
    }
    #[inline(always)]
    fn pow2(self, n: __m256) -> __m256 {
        // SAFETY: see above.
        unsafe {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent))
        }
    }
    #[inline(always)]
    fn transpose(self, a: [__m256; 8]) -> [__m256; 8] {
        // SAFETY: see above.
        unsafe {
            let lo = each!(4, i => _mm256_unpacklo_ps(a[2 * i], a[2 * i + 1]));
            let hi = each!(4, i => _mm256_unpackhi_ps(a[2 * i], a[2 * i + 1]));
            let [q0, q4] = [_mm256_shuffle_ps::<0x44>(lo[0], lo[1]), _mm256_shuffle_ps::<0x44>(lo[2], lo[3])];
            let [q1, q5] = [_mm256_shuffle_ps::<0xee>(lo[0], lo[1]), _mm256_shuffle_ps::<0xee>(lo[2], lo[3])];
            let [q2, q6] = [_mm256_shuffle_ps::<0x44>(hi[0], hi[1]), _mm256_shuffle_ps::<0x44>(hi[2], hi[3])];
            let [q3, q7] = [_mm256_shuffle_ps::<0xee>(hi[0], hi[1]), _mm256_shuffle_ps::<0xee>(hi[2], hi[3])];
            [
                _mm256_permute2f128_ps::<0x20>(q0, q4),
                _mm256_permute2f128_ps::<0x20>(q1, q5),
                _mm256_permute2f128_ps::<0x20>(q2, q6),
                _mm256_permute2f128_ps::<0x20>(q3, q7),
                _mm256_permute2f128_ps::<0x31>(q0, q4),
                _mm256_permute2f128_ps::<0x31>(q1, q5),
                _mm256_permute2f128_ps::<0x31>(q2, q6),
                _mm256_permute2f128_ps::<0x31>(q3, q7),
            ]
        }
    }
}
