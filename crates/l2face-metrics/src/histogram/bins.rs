//! Bins of equal width, with one more on either side for what lies outside.

use crate::MetricsError;

/// Most bins of a histogram: 16 Mi, 256 MiB of counters.
pub const MAX_BINS: usize = 1 << 24;

/// `bins` bins over `[low, high)`. Slot 0 takes what is below, slot `j` in `1..=bins` takes `[edge(j), edge(j + 1))`, the last slot
/// everything from `high` on. So the slots at or above `j` are exactly the scores with `score >= edge(j)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bins {
    pub low: f64,
    pub high: f64,
    pub bins: usize,
    /// Bins to a unit of score.
    scale: f64,
    /// How near an edge, in bins, rounding may decide wrongly. Both the position of a score and an edge are a few roundings away from
    /// exact, each of at most an epsilon of the largest number in it.
    doubt: f64,
}

impl Bins {
    pub fn new(low: f64, high: f64, bins: usize) -> Result<Self, MetricsError> {
        let scale = bins as f64 / (high - low);
        let largest = low.abs().max(high.abs());
        let made = Self { low, high, bins, scale, doubt: 16.0 * f64::EPSILON * (largest * scale + bins as f64) };
        let sensible = low.is_finite() && high.is_finite() && low < high && (high - low).is_finite();
        let distinct = || (high - low) / bins as f64 > 4.0 * f64::EPSILON * largest;
        if sensible && (1..=MAX_BINS).contains(&bins) && distinct() {
            Ok(made)
        } else {
            Err(MetricsError::BadHistogram { bins, low, high, max_bins: MAX_BINS })
        }
    }

    pub fn slots(&self) -> usize {
        self.bins + 2
    }

    /// The lowest score of a slot; the lowest finite float for slot 0, `+inf` above the last.
    pub fn edge(&self, slot: usize) -> f64 {
        match slot {
            0 => f64::MIN,
            s if s == self.bins + 1 => self.high,
            s if s > self.bins + 1 => f64::INFINITY,
            s => self.low + (self.high - self.low) * ((s - 1) as f64 / self.bins as f64),
        }
    }

    /// The slot of a finite score: by multiplication, and near an edge by comparison with the edge itself, whatever rounding said.
    pub fn slot(&self, score: f64) -> usize {
        let position = (score - self.low) * self.scale;
        let whole = position.floor();
        let within = position - whole;
        let slot = (whole.clamp(-1.0, self.bins as f64) + 1.0) as usize;
        if self.doubt < within && within < 1.0 - self.doubt {
            slot
        } else {
            self.beside(slot, score)
        }
    }

    fn beside(&self, mut slot: usize, score: f64) -> usize {
        while slot > 0 && score < self.edge(slot) {
            slot -= 1;
        }
        while slot < self.bins + 1 && score >= self.edge(slot + 1) {
            slot += 1;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_decide() {
        for (low, high, bins) in [(-1.0, 1.0, 7), (-1.0, 1.0, 1000), (0.1, 0.7, 3), (-1e9, 3.0, 12_345)] {
            let b = Bins::new(low, high, bins).unwrap();
            for slot in 1..b.slots() {
                let edge = b.edge(slot);
                assert!(edge > b.edge(slot - 1));
                assert_eq!(b.slot(edge), slot);
                assert_eq!(b.slot(crate::threshold::next_above(edge)), slot);
                assert_eq!(b.slot(-crate::threshold::next_above(-edge)), slot - 1);
            }
            assert_eq!((b.slot(f64::MIN), b.slot(f64::MAX)), (0, bins + 1));
        }
    }

    #[test]
    fn narrow_bins_far_from_zero_are_decided_by_their_edges() {
        let b = Bins::new(1.0, 1.0 + 1e-12, 700).unwrap(); // some six floats to a bin
        let mut score = 1.0 - 1e-14;
        while score < 1.0 + 1.1e-12 {
            let slot = b.slot(score);
            assert!(b.edge(slot) <= score && score < b.edge(slot + 1));
            score = crate::threshold::next_above(score);
        }
    }
}
