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
}

impl Bins {
    pub fn new(low: f64, high: f64, bins: usize) -> Result<Self, MetricsError> {
        let made = Self { low, high, bins };
        let sensible = low.is_finite() && high.is_finite() && low < high && (high - low).is_finite();
        let distinct = || (high - low) / bins as f64 > 4.0 * f64::EPSILON * low.abs().max(high.abs());
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

    /// The slot of a finite score: division first, then the edges themselves decide, whatever the division rounded to.
    pub fn slot(&self, score: f64) -> usize {
        let share = (score - self.low) / (self.high - self.low);
        let guess = (share * self.bins as f64).floor().clamp(-1.0, self.bins as f64) + 1.0;
        let mut slot = guess as usize;
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
}
