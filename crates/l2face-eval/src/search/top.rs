//! The k best so far.

/// A gallery row found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The gallery row.
    pub index: u32,
    /// Its score: [`dot`](crate::dot) with the probe.
    pub score: f64,
}

#[derive(Clone, Copy)]
struct Entry {
    hit: Hit,
    mate: bool,
}

impl Entry {
    /// Higher scores first, then others before mates, then by index: no two rows are equal.
    fn before(&self, other: &Self) -> bool {
        let (a, b) = (&self.hit, &other.hit);
        (a.score > b.score) || (a.score == b.score && (self.mate, a.index) < (other.mate, b.index))
    }
}

/// The k best rows of a probe, in order. What is kept does not depend on the order of the offers.
pub(super) struct Top {
    k: usize,
    entries: Vec<Entry>,
}

impl Top {
    pub fn new(k: usize) -> Self {
        Self { k, entries: Vec::new() }
    }

    /// No row of a lower score can enter; minus infinity as long as there is room.
    pub fn lowest(&self) -> f64 {
        match self.entries.last() {
            Some(last) if self.entries.len() == self.k => last.hit.score,
            _ => f64::NEG_INFINITY,
        }
    }

    pub fn offer(&mut self, hit: Hit, mate: bool) {
        let entry = Entry { hit, mate };
        let place = self.entries.partition_point(|e| e.before(&entry));
        if place < self.k {
            self.entries.truncate(self.k - 1);
            self.entries.insert(place, entry);
        }
    }

    /// Takes in what another part of the gallery gave.
    pub fn merge(&mut self, other: Self) {
        other.entries.into_iter().for_each(|e| self.offer(e.hit, e.mate));
    }

    pub fn into_hits(self) -> Vec<Hit> {
        self.entries.into_iter().map(|e| e.hit).collect()
    }
}
