//! AVX-512: sixteen lanes in a register, and thirty-two registers also for eight.
#![allow(unsafe_code)]
use super::avx2::Avx2;
use super::{Eight, Line, Simd};
use std::arch::x86_64::*;

/// AVX-512 F and VL beside AVX2 and FMA. Made by [`Avx512::detect`] alone, so that holding one proves that the machine has all.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(Avx2);

impl Avx512 {
    /// The set, where the machine has it.
    pub(crate) fn detect() -> Option<Self> {
        let wide = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl");
        Avx2::detect().filter(|_| wide).map(Self)
    }
}

// SAFETY (of every block below): an `Avx512` exists only where AVX-512 F was detected, and each pointer comes from a reference to sixteen
// numbers, read and written without alignment.
impl Simd for Avx512 {
    type V = __m256;
    type W = __m512;
    #[inline(always)]
    fn splat(self, a: f32) -> __m256 {
        self.0.splat(a)
    }
    #[inline(always)]
    fn load(self, from: &Eight) -> __m256 {
        self.0.load(from)
    }
    #[inline(always)]
    fn store(self, a: __m256, to: &mut Eight) {
        self.0.store(a, to);
    }
    #[inline(always)]
    fn add(self, a: __m256, b: __m256) -> __m256 {
        self.0.add(a, b)
    }
    #[inline(always)]
    fn sub(self, a: __m256, b: __m256) -> __m256 {
        self.0.sub(a, b)
    }
    #[inline(always)]
    fn mul(self, a: __m256, b: __m256) -> __m256 {
        self.0.mul(a, b)
    }
    #[inline(always)]
    fn fma(self, a: __m256, b: __m256, c: __m256) -> __m256 {
        self.0.fma(a, b, c)
    }
    #[inline(always)]
    fn max(self, a: __m256, b: __m256) -> __m256 {
        self.0.max(a, b)
    }
    #[inline(always)]
    fn min(self, a: __m256, b: __m256) -> __m256 {
        self.0.min(a, b)
    }
    #[inline(always)]
    fn pow2(self, n: __m256) -> __m256 {
        self.0.pow2(n)
    }
    #[inline(always)]
    fn transpose(self, a: [__m256; 8]) -> [__m256; 8] {
        self.0.transpose(a)
    }
    #[inline(always)]
    fn wide_splat(self, a: f32) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_set1_ps(a) }
    }
    #[inline(always)]
    fn wide_load(self, from: &Line) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_loadu_ps(from.as_ptr()) }
    }
    #[inline(always)]
    fn wide_store(self, a: __m512, to: &mut Line) {
        // SAFETY: see above.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), a) }
    }
    #[inline(always)]
    fn wide_add(self, a: __m512, b: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_add_ps(a, b) }
    }
    #[inline(always)]
    fn wide_fma(self, a: __m512, b: __m512, c: __m512) -> __m512 {
        // SAFETY: see above.
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }
}
