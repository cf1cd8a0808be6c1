//! What is known of one probe while its gallery is read.

use super::first_pass::down;
use super::top::{Hit, Top};

/// Candidates that wait for their exact scores, at most, beside a few for each hit that is asked for.
const WAITING: usize = 512;

/// Bounds first, exact scores as late as possible: most candidates are overtaken before they are scored.
pub(super) struct ProbeState {
    k: usize,
    /// The k highest lower bounds, in falling order: so many rows score at least the last of them.
    lower: Vec<f64>,
    /// Gallery row and upper bound of its score.
    waiting: Vec<(u32, f64)>,
    top: Top,
}

impl ProbeState {
    pub fn new(k: usize) -> Self {
        Self { k, lower: Vec::new(), waiting: Vec::new(), top: Top::new(k) }
    }

    /// A row of a lower score cannot be among the k best.
    pub fn lowest(&self) -> f64 {
        let bound = if self.lower.len() == self.k { self.lower[self.k - 1] } else { f64::NEG_INFINITY };
        bound.max(self.top.lowest())
    }

    /// The fast score that a row must reach, if fast scores times `scale` err by `error` at most.
    pub fn bar(&self, scale: f64, error: f64) -> f32 {
        match self.lowest() {
            f64::NEG_INFINITY => f32::NEG_INFINITY,
            lowest => down((lowest - error) / scale),
        }
    }

    /// Takes in a row whose score is `about`, give or take `error`; `exact` gives exact scores and whether a row is a mate.
    pub fn offer(&mut self, row: u32, about: f64, error: f64, exact: &impl Fn(u32) -> (f64, bool)) {
        let lower = about - error;
        let place = self.lower.partition_point(|l| *l >= lower);
        if place < self.k {
            self.lower.truncate(self.k - 1);
            self.lower.insert(place, lower);
        }
        self.waiting.push((row, about + error));
        if self.waiting.len() >= WAITING + 4 * self.k {
            self.drop_overtaken();
            if self.waiting.len() >= WAITING {
                self.score(exact);
            }
        }
    }

    /// The k best, exactly.
    pub fn finish(mut self, exact: &impl Fn(u32) -> (f64, bool)) -> Top {
        self.drop_overtaken();
        self.score(exact);
        self.top
    }

    fn drop_overtaken(&mut self) {
        let lowest = self.lowest();
        self.waiting.retain(|(_, upper)| *upper >= lowest);
    }

    /// The most promising first, until no other can enter.
    fn score(&mut self, exact: &impl Fn(u32) -> (f64, bool)) {
        self.waiting.sort_unstable_by(|a, b| b.1.total_cmp(&a.1));
        for (index, upper) in self.waiting.drain(..) {
            if upper < self.top.lowest() {
                break;
            }
            let (score, mate) = exact(index);
            self.top.offer(Hit { index, score }, mate);
        }
    }
}
