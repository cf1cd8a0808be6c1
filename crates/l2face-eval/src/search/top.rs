//! The k best so far.

use super::order::{from_ordered_f64, ordered_f64};

/// A gallery row found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The gallery row.
    pub index: u32,
    /// Its score: [`dot`](crate::dot) with the probe.
    pub score: f64,
}

/// The k best rows of a probe, in order: higher scores first, then others before mates, then by index. No two rows are equal, and what is
/// kept does not depend on the order of the offers.
pub(super) struct Top {
    k: usize,
    /// A row as one number, the best lowest: its score upside down, whether it is a mate, its index.
    rows: Vec<u128>,
}

impl Top {
    pub fn new(k: usize) -> Self {
        Self { k, rows: Vec::new() }
    }

    /// No row of a lower score can enter; minus infinity as long as there is room.
    pub fn lowest(&self) -> f64 {
        match self.rows.last() {
            Some(last) if self.rows.len() == self.k => hit(*last).score,
            _ => f64::NEG_INFINITY,
        }
    }

    /// Takes in rows, each with whether it is a mate's. Scores are numbers, and zeros are not negative.
    pub fn take(&mut self, rows: impl Iterator<Item = (Hit, bool)>) {
        self.rows.extend(rows.map(|(hit, mate)| number(hit, mate)));
        self.settle();
    }

    /// Takes in what another part of the gallery gave.
    pub fn merge(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.settle();
    }

    fn settle(&mut self) {
        self.rows.sort_unstable();
        self.rows.truncate(self.k);
    }

    pub fn into_hits(self) -> Vec<Hit> {
        self.rows.into_iter().map(hit).collect()
    }
}

fn number(hit: Hit, mate: bool) -> u128 {
    u128::from(!ordered_f64(hit.score)) << 64 | u128::from(mate) << 32 | u128::from(hit.index)
}

fn hit(number: u128) -> Hit {
    Hit { index: number as u32, score: from_ordered_f64(!((number >> 64) as u64)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_order_and_back() {
        let rows =
            [(0.5, 7, true), (0.5, 9, false), (-2.0, 1, false), (0.0, 2, false), (0.5, 8, false), (3.0, 4, true)];
        let mut top = Top::new(5);
        top.take(rows.iter().map(|(score, index, mate)| (Hit { index: *index, score: *score }, *mate)));
        assert_eq!(top.lowest(), 0.0);
        let hits: Vec<_> = top.into_hits().iter().map(|hit| (hit.score, hit.index)).collect();
        assert_eq!(hits, [(3.0, 4), (0.5, 8), (0.5, 9), (0.5, 7), (0.0, 2)]);
    }
}
