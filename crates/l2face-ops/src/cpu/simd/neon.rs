//! NEON: eight lanes in two registers of four.
#![allow(unsafe_code)]
use super::portable::Portable;
use super::{wide_from_halves, Eight, Simd};
use std::arch::aarch64::*;

/// NEON. Made by [`Neon::detect`] alone, so that holding one proves that the machine has it.
#[derive(Clone, Copy)]
pub(crate) struct Neon(());

impl Neon {
    /// The set, where the machine has it: every 64-bit ARM with an operating system.
    pub(crate) fn detect() -> Option<Self> {
        std::arch::is_aarch64_feature_detected!("neon").then_some(Self(()))
    }
}

/// One operation on both halves.
macro_rules! both {
    ($op:ident, $a:ident, $b:ident) => {
        // SAFETY: a `Neon` exists only where NEON was detected.
        unsafe { [$op($a[0], $b[0]), $op($a[1], $b[1])] }
    };
}

// SAFETY (of every block below): a `Neon` exists only where NEON was detected, and each pointer is that of four of eight numbers.
impl Simd for Neon {
    type V = [float32x4_t; 2];
    wide_from_halves!();
    #[inline(always)]
    fn splat(self, a: f32) -> Self::V {
        // SAFETY: see above.
        unsafe { [vdupq_n_f32(a); 2] }
    }
    #[inline(always)]
    fn load(self, from: &Eight) -> Self::V {
        // SAFETY: see above.
        unsafe { [vld1q_f32(from.as_ptr()), vld1q_f32(from.as_ptr().add(4))] }
    }
    #[inline(always)]
    fn store(self, a: Self::V, to: &mut Eight) {
        // SAFETY: see above.
        unsafe {
            vst1q_f32(to.as_mut_ptr(), a[0]);
            vst1q_f32(to.as_mut_ptr().add(4), a[1]);
        }
    }
    #[inline(always)]
    fn add(self, a: Self::V, b: Self::V) -> Self::V {
        both!(vaddq_f32, a, b)
    }
    #[inline(always)]
    fn sub(self, a: Self::V, b: Self::V) -> Self::V {
        both!(vsubq_f32, a, b)
    }
    #[inline(always)]
    fn mul(self, a: Self::V, b: Self::V) -> Self::V {
        both!(vmulq_f32, a, b)
    }
    #[inline(always)]
    fn fma(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        // SAFETY: see above.
        unsafe { [vfmaq_f32(c[0], a[0], b[0]), vfmaq_f32(c[1], a[1], b[1])] }
    }
    #[inline(always)]
    fn max(self, a: Self::V, b: Self::V) -> Self::V {
        both!(vmaxq_f32, a, b)
    }
    #[inline(always)]
    fn min(self, a: Self::V, b: Self::V) -> Self::V {
        both!(vminq_f32, a, b)
    }
    #[inline(always)]
    fn pow2(self, n: Self::V) -> Self::V {
        let mut lanes = [0.; 8];
        self.store(n, &mut lanes);
        self.load(&Portable.pow2(lanes))
    }
    #[inline(always)]
    fn transpose(self, a: [Self::V; 8]) -> [Self::V; 8] {
        let mut rows = [[0.; 8]; 8];
        for i in 0..8 {
            self.store(a[i], &mut rows[i]);
        }
        let rows = Portable.transpose(rows);
        let mut out = a;
        for i in 0..8 {
            out[i] = self.load(&rows[i]);
        }
        out
    }
}
