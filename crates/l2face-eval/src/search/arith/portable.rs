//! Plain Rust, four lanes.

use super::Arith;

#[derive(Clone, Copy)]
pub(in crate::search) struct Float;

#[derive(Clone, Copy)]
pub(in crate::search) struct Whole;

impl Arith for Float {
    type Vector = [f32; 4];
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(self, word: u32) -> [f32; 4] {
        [f32::from_bits(word); 4]
    }

    #[inline(always)]
    fn multiply_add(self, a: [f32; 4], b: [f32; 4], sum: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|i| a[i] * b[i] + sum[i])
    }

    #[inline(always)]
    fn scores(self, sum: [f32; 4], _: f32) -> [f32; 4] {
        sum
    }

    #[inline(always)]
    fn reaches(self, sum: [f32; 4], _: f32, bars: [f32; 4]) -> u32 {
        not_below(sum, bars)
    }
}

impl Arith for Whole {
    type Vector = [i32; 4];
    const LANES: usize = 4;

    #[inline(always)]
    fn splat(self, word: u32) -> [i32; 4] {
        [word as i32; 4]
    }

    #[inline(always)]
    fn multiply_add(self, a: [i32; 4], b: [i32; 4], sum: [i32; 4]) -> [i32; 4] {
        let low = |v: i32| i32::from(v as i16);
        std::array::from_fn(|i| sum[i] + low(a[i]) * low(b[i]) + (a[i] >> 16) * (b[i] >> 16))
    }

    #[inline(always)]
    fn scores(self, sum: [i32; 4], scale: f32) -> [i32; 4] {
        sum.map(|s| (s as f32 * scale).to_bits() as i32)
    }

    #[inline(always)]
    fn reaches(self, sum: [i32; 4], scale: f32, bars: [i32; 4]) -> u32 {
        let float = |v: [i32; 4]| v.map(|b| f32::from_bits(b as u32));
        not_below(float(self.scores(sum, scale)), float(bars))
    }
}

#[inline(always)]
fn not_below(score: [f32; 4], bars: [f32; 4]) -> u32 {
    (0..4).map(|i| u32::from(score[i] >= bars[i] || score[i].is_nan()) << i).sum()
}
