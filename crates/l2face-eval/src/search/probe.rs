//! What is known of one probe while its gallery is read.

use super::first_pass::down;
use super::top::{Hit, Top};

/// Candidates that wait for their exact scores, at most, beside a few for each hit that is asked for.
const WAITING: usize = 512;

/// Bounds first, exact scores as late as possible: most candidates are overtaken before they are scored.
pub(super) struct ProbeState {
    k: usize,
    /// Lower bounds, those of the k best among them; fewer than 2k.
    lower: Vec<f64>,
    /// So many rows as are asked for have a lower bound of this or more.
    bound: f64,
    /// Gallery row and upper bound of its score.
    waiting: Vec<(u32, f64)>,
    top: Top,
}

impl ProbeState {
    pub fn new(k: usize) -> Self {
        Self { k, lower: Vec::new(), bound: f64::NEG_INFINITY, waiting: Vec::new(), top: Top::new(k) }
    }

    /// A row of a lower score cannot be among the k best.
    pub fn lowest(&self) -> f64 {
        self.bound.max(self.top.lowest())
    }

    /// The fast score that a row must reach, if fast scores times `scale` err by `error` at most.
    pub fn bar(&self, scale: f64, error: f64) -> f32 {
        match self.lowest() {
            f64::NEG_INFINITY => f32::NEG_INFINITY,
            lowest => down((lowest - error) / scale),
        }
    }

    /// Takes in a row whose score is `about`, give or take `error`; `exact` gives exact scores and whether a row is a mate. Says whether
    /// [`Self::lowest`] may have changed.
    pub fn offer(&mut self, row: u32, about: f64, error: f64, exact: &impl Fn(u32) -> (f64, bool)) -> bool {
        let raised = self.bounded_below(about - error);
        self.waiting.push((row, about + error));
        if self.waiting.len() < WAITING + 4 * self.k {
            return raised;
        }
        self.raise();
        self.drop_overtaken();
        if self.waiting.len() >= WAITING {
            self.score(exact);
        }
        true
    }

    /// Keeps a lower bound; now and then, so that it costs little, finds what the k best have in common.
    fn bounded_below(&mut self, lower: f64) -> bool {
        if lower <= self.bound {
            return false;
        }
        self.lower.push(lower);
        let full = self.lower.len() >= 2 * self.k || self.lower.len() == self.k;
        if full {
            self.raise();
        }
        full
    }

    fn raise(&mut self) {
        if self.lower.len() >= self.k {
            let (_, kth, _) = self.lower.select_nth_unstable_by(self.k - 1, |a, b| b.total_cmp(a));
            self.bound = *kth;
            self.lower.truncate(self.k);
        }
    }

    /// The k best, exactly.
    pub fn finish(mut self, exact: &impl Fn(u32) -> (f64, bool)) -> Top {
        self.raise();
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
