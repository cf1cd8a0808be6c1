//! Scores of many comparisons, in an order that keeps templates near the processor.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::dot::{dot_with, widest, Lanes, Task};
use super::UnitRows;

/// Bytes of the rows of one block: two blocks fill a core's second cache of a megabyte (256 KiB took an eighth longer, 128 KiB a third).
const BLOCK_BYTES: usize = 512 * 1024;

/// Comparisons that are put into order at once: what bounds the memory for it.
const CHUNK: usize = 1 << 24;

/// Comparisons that are fetched from memory at once.
const TOGETHER: usize = 64;

/// Comparisons of one task: enough to be worth a task, few enough to spread well.
const TASK: usize = 16 * 1024;

/// The scores of comparisons between rows, in their order: [`super::dot`], `-inf` where a row failed.
///
/// Comparisons are visited tile by tile, a tile being a block of first rows against a block of second rows: with 23,000 templates of 512
/// numbers and 15.7 million comparisons a row is then fetched from memory once in seven of them. Takes up to 128 MiB besides the result.
///
/// # Panics
/// If a comparison names a row out of range.
pub fn score_pairs(rows: &UnitRows, pairs: &[(u32, u32)]) -> Vec<f64> {
    let scores: Vec<AtomicU64> = std::iter::repeat_with(AtomicU64::default).take(pairs.len()).collect();
    for (pairs, scores) in pairs.chunks(CHUNK).zip(scores.chunks(CHUNK)) {
        let order = by_tile(rows, pairs);
        order.par_chunks(TASK).for_each(|order| widest(InOrder { rows, pairs, order, scores }));
    }
    scores.into_iter().map(|score| f64::from_bits(score.into_inner())).collect()
}

/// What a task does: its scores to their places.
struct InOrder<'a> {
    rows: &'a UnitRows,
    pairs: &'a [(u32, u32)],
    order: &'a [u32],
    scores: &'a [AtomicU64],
}

impl Task for InOrder<'_> {
    type Output = ();

    /// Comparisons are fetched and scores put away `TOGETHER` at a time: each lies elsewhere in memory, and so the waits overlap.
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for order in self.order.chunks(TOGETHER) {
            let (mut pairs, mut scores) = ([(0, 0); TOGETHER], [0.; TOGETHER]);
            pairs.iter_mut().zip(order).for_each(|(pair, &at)| *pair = self.pairs[at as usize]);
            for (score, (a, b)) in scores.iter_mut().zip(pairs).take(order.len()) {
                *score = match (self.rows.get(a as usize), self.rows.get(b as usize)) {
                    (Some(a), Some(b)) => dot_with(lanes, a, b) + 0.0,
                    _ => f64::NEG_INFINITY,
                };
            }
            // Every place is written by one task, and read after all have ended.
            let put = |(&at, score): (&u32, f64)| self.scores[at as usize].store(score.to_bits(), Ordering::Relaxed);
            order.iter().zip(scores).for_each(put);
        }
    }
}

/// The places of `pairs`, those of one tile after another: a counting sort, stable.
fn by_tile(rows: &UnitRows, pairs: &[(u32, u32)]) -> Vec<u32> {
    let block = rows_of_a_block(rows, pairs.len());
    let blocks = rows.len().div_ceil(block);
    let tile = |(a, b): (u32, u32)| {
        let (a, b) = (a as usize, b as usize);
        assert!(a < rows.len() && b < rows.len(), "comparison of rows {a} and {b} of {}", rows.len());
        a / block * blocks + b / block
    };
    let mut next = vec![0u32; blocks * blocks + 1];
    pairs.iter().for_each(|&pair| next[tile(pair) + 1] += 1);
    for i in 1..next.len() {
        next[i] += next[i - 1];
    }
    let mut order = vec![0u32; pairs.len()];
    for (at, &pair) in (0u32..).zip(pairs) {
        let place = &mut next[tile(pair)];
        order[*place as usize] = at;
        *place += 1;
    }
    order
}

/// As many as fit the cache; more where there would be more tiles than comparisons.
fn rows_of_a_block(rows: &UnitRows, pairs: usize) -> usize {
    let fitting = BLOCK_BYTES / (4 * rows.dim().max(1));
    fitting.max(rows.len() / pairs.isqrt().max(1) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 600 rows of 512 are three blocks: every tile, in an order that is not the tiles'.
    #[test]
    fn scores_stand_in_the_order_of_the_comparisons() {
        let dim = 512;
        let data = (0..600 * dim).map(|i| (i * 37 % 101) as f32 / 50. - 1.).collect();
        let rows = UnitRows::from_data(dim, data).unwrap();
        let pairs: Vec<_> = (0..20_000u32).map(|i| (i * 7919 % 600, i * 104_729 % 600)).collect();
        let scores = score_pairs(&rows, &pairs);
        let tiles = rows.len().div_ceil(rows_of_a_block(&rows, pairs.len()));
        assert_eq!(tiles, 3);
        for (score, (a, b)) in scores.into_iter().zip(pairs) {
            assert_eq!(score.to_bits(), rows.score(a as usize, &rows, b as usize).to_bits());
        }
    }

    #[test]
    fn few_comparisons_of_many_rows_take_few_tiles() {
        let rows = UnitRows::from_data(1, vec![1.; 1_000_000]).unwrap();
        assert!(rows_of_a_block(&rows, 100) > 100_000);
        assert_eq!(score_pairs(&rows, &[(999_999, 0)]), [1.]);
        assert!(score_pairs(&rows, &[]).is_empty());
    }
}
