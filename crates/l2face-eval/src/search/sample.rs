//! When a search begins with a guess, and of what rank.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::first_pass::TILE;

/// Shorter parts of a gallery gain nothing.
const TILES: usize = 4;
/// Probes before the guesses are judged.
const TRIAL: usize = 64;

/// How the guesses went so far. They only change how long a search takes.
#[derive(Default)]
pub(super) struct Sample {
    tried: AtomicUsize,
    missed: AtomicUsize,
}

impl Sample {
    /// The rank within a part's first tile whose score is taken for a lower bound of the k-th best of all its `rows`; `None` where a guess
    /// is no help, or where one in eight was too high: a gallery whose first rows are unlike the others.
    pub fn rank(&self, k: usize, rows: usize) -> Option<usize> {
        let (tried, missed) = (self.tried.load(Ordering::Relaxed), self.missed.load(Ordering::Relaxed));
        let rank = safe_rank(k, rows);
        (rows >= TILES * TILE && rank < k && 8 * missed <= tried + TRIAL).then_some(rank)
    }

    pub fn count(&self, tried: usize, missed: usize) {
        self.tried.fetch_add(tried, Ordering::Relaxed);
        self.missed.fetch_add(missed, Ordering::Relaxed);
    }
}

/// Of the k best of all rows, k TILE / rows are expected in a tile, and in hardly any more than three deviations above it (Poisson's
/// distribution, and the rank beyond).
fn safe_rank(k: usize, rows: usize) -> usize {
    let expected = k as f64 * TILE as f64 / rows.max(1) as f64;
    (expected + 3.0 * expected.sqrt() + 3.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_made_where_they_help() {
        let sample = Sample::default();
        assert_eq!(sample.rank(50, 3531), Some(18));
        assert_eq!(sample.rank(50, 1_000_000), Some(3));
        assert_eq!(sample.rank(50, 2000), None, "too few rows");
        assert_eq!(sample.rank(1, 100_000), None, "the rank would be above k");
        sample.count(1000, 100);
        assert_eq!(sample.rank(50, 3531), Some(18));
        sample.count(0, 100);
        assert_eq!(sample.rank(50, 3531), None, "too many were too high");
    }
}
