//! AVX-512 and AVX2, through pulp's safe tokens.

use std::arch::x86_64::{__m256, __m256i, __m512, __m512i, _CMP_NLT_UQ};

use pulp::x86::{V3, V4};
use pulp::{cast, f32x16, f32x8, i32x16, i32x8};

use super::Arith;

pulp::simd_type! {
    /// AVX-512 with VNNI, under which compilers make one instruction of a product of pairs and its sum.
    pub(in crate::search) struct Vnni {
        avx512f: "avx512f",
        avx512bw: "avx512bw",
        avx512cd: "avx512cd",
        avx512dq: "avx512dq",
        avx512vl: "avx512vl",
        avx512vnni: "avx512vnni",
    }
}

#[derive(Clone, Copy)]
pub(in crate::search) struct V4Float(pub V4);
#[derive(Clone, Copy)]
pub(in crate::search) struct V4Whole(pub V4);
#[derive(Clone, Copy)]
pub(in crate::search) struct V3Float(pub V3);
#[derive(Clone, Copy)]
pub(in crate::search) struct V3Whole(pub V3);

impl Arith for V4Float {
    type Vector = f32x16;
    const LANES: usize = 16;

    #[inline(always)]
    fn splat(self, word: u32) -> f32x16 {
        cast(self.0.avx512f._mm512_set1_ps(f32::from_bits(word)))
    }

    #[inline(always)]
    fn multiply_add(self, a: f32x16, b: f32x16, sum: f32x16) -> f32x16 {
        cast(self.0.avx512f._mm512_fmadd_ps(cast(a), cast(b), cast(sum)))
    }

    #[inline(always)]
    fn scores(self, sum: f32x16, _: f32) -> f32x16 {
        sum
    }

    #[inline(always)]
    fn reaches(self, sum: f32x16, _: f32, bars: f32x16) -> u32 {
        not_below(self.0, cast(sum), cast(bars))
    }
}

impl Arith for V4Whole {
    type Vector = i32x16;
    const LANES: usize = 16;

    #[inline(always)]
    fn splat(self, word: u32) -> i32x16 {
        cast(self.0.avx512f._mm512_set1_epi32(word as i32))
    }

    #[inline(always)]
    fn multiply_add(self, a: i32x16, b: i32x16, sum: i32x16) -> i32x16 {
        let product: __m512i = self.0.avx512bw._mm512_madd_epi16(cast(a), cast(b));
        cast(self.0.avx512f._mm512_add_epi32(cast(sum), product))
    }

    #[inline(always)]
    fn scores(self, sum: i32x16, scale: f32) -> i32x16 {
        let f = self.0.avx512f;
        cast(f._mm512_mul_ps(f._mm512_cvtepi32_ps(cast(sum)), f._mm512_set1_ps(scale)))
    }

    #[inline(always)]
    fn reaches(self, sum: i32x16, scale: f32, bars: i32x16) -> u32 {
        not_below(self.0, cast(self.scores(sum, scale)), cast(bars))
    }
}

#[inline(always)]
fn not_below(simd: V4, score: __m512, bars: __m512) -> u32 {
    u32::from(simd.avx512f._mm512_cmp_ps_mask::<_CMP_NLT_UQ>(score, bars))
}

impl Arith for V3Float {
    type Vector = f32x8;
    const LANES: usize = 8;

    #[inline(always)]
    fn splat(self, word: u32) -> f32x8 {
        cast(self.0.avx._mm256_set1_ps(f32::from_bits(word)))
    }

    #[inline(always)]
    fn multiply_add(self, a: f32x8, b: f32x8, sum: f32x8) -> f32x8 {
        cast(self.0.fma._mm256_fmadd_ps(cast(a), cast(b), cast(sum)))
    }

    #[inline(always)]
    fn scores(self, sum: f32x8, _: f32) -> f32x8 {
        sum
    }

    #[inline(always)]
    fn reaches(self, sum: f32x8, _: f32, bars: f32x8) -> u32 {
        not_below_8(self.0, cast(sum), cast(bars))
    }
}

impl Arith for V3Whole {
    type Vector = i32x8;
    const LANES: usize = 8;

    #[inline(always)]
    fn splat(self, word: u32) -> i32x8 {
        cast(self.0.avx._mm256_set1_epi32(word as i32))
    }

    #[inline(always)]
    fn multiply_add(self, a: i32x8, b: i32x8, sum: i32x8) -> i32x8 {
        let product: __m256i = self.0.avx2._mm256_madd_epi16(cast(a), cast(b));
        cast(self.0.avx2._mm256_add_epi32(cast(sum), product))
    }

    #[inline(always)]
    fn scores(self, sum: i32x8, scale: f32) -> i32x8 {
        let avx = self.0.avx;
        cast(avx._mm256_mul_ps(avx._mm256_cvtepi32_ps(cast(sum)), avx._mm256_set1_ps(scale)))
    }

    #[inline(always)]
    fn reaches(self, sum: i32x8, scale: f32, bars: i32x8) -> u32 {
        not_below_8(self.0, cast(self.scores(sum, scale)), cast(bars))
    }
}

#[inline(always)]
fn not_below_8(simd: V3, score: __m256, bars: __m256) -> u32 {
    simd.avx._mm256_movemask_ps(simd.avx._mm256_cmp_ps::<_CMP_NLT_UQ>(score, bars)) as u32
}
