//! What is known of one probe while its gallery is read.

use super::first_pass::down;
use super::order::{from_ordered, ordered};
use super::top::Top;

/// Candidates that wait for their exact scores, at most, beside a few for each hit that is asked for.
const WAITING: usize = 512;

/// Rows for which there is room at the start.
const ROOM: usize = 192;

/// Bounds first, exact scores as late as possible: most candidates are overtaken before they are scored.
///
/// A state may begin with a *guess*: a sample of the gallery tells about where the score of the last hit will be, and rows below that
/// are not even looked at. Whether the guess was too high is known at the end, and then the probe is searched again without one.
pub(super) struct ProbeState {
    k: usize,
    /// So many candidates are kept as make a better bound worth finding.
    limit: usize,
    /// So many rows as are asked for have a score of this or more.
    bound: f32,
    guess: f32,
    /// Gallery rows that may be among the best: what their scores have at least, as a number in the same order, then the row.
    waiting: Vec<u64>,
    /// No score is higher than what it has at least by more than this.
    slack: f64,
    top: Top,
}

impl ProbeState {
    /// `sample`: the rank that makes the guess, for a search that begins with one; [`Self::sampled`] ends its sample.
    pub fn new(k: usize, sample: Option<usize>) -> Self {
        let mut state = Self {
            k: sample.unwrap_or(k),
            limit: 0,
            bound: f32::NEG_INFINITY,
            guess: f32::NEG_INFINITY,
            waiting: Vec::with_capacity(ROOM),
            slack: 0.0,
            top: Top::new(k),
        };
        state.next_limit();
        state
    }

    /// The guess from what was seen: the score of the sample's rank. From now on it is about the `k` best.
    pub fn sampled(&mut self, k: usize) {
        self.raise();
        self.guess = self.bound;
        self.bound = f32::NEG_INFINITY;
        self.k = k;
        self.next_limit();
    }

    /// A row of a lower score cannot be among the k best, so much is proven.
    fn proven(&self) -> f32 {
        self.bound.max(down(self.top.lowest()))
    }

    /// The fast score that a row must reach, if fast scores times `scale` err by `error` at most.
    pub fn bar(&self, scale: f64, error: f64) -> f32 {
        match self.proven().max(self.guess) {
            f32::NEG_INFINITY => f32::NEG_INFINITY,
            lowest => down((f64::from(lowest) - error) / scale),
        }
    }

    /// Takes in a row whose score is `about`, give or take `error`.
    #[inline]
    pub fn offer(&mut self, row: u32, about: f64, error: f64) {
        // What is not a number may be anything.
        let lower = down((about - error).max(f64::NEG_INFINITY));
        let slack = about + error - f64::from(lower);
        self.slack = if slack <= self.slack { self.slack } else { slack.min(f64::INFINITY) };
        self.waiting.push(u64::from(ordered(lower)) << 32 | u64::from(row));
    }

    /// Finds a better bound if there are enough new candidates for it; `score` takes in those that would be too many.
    pub fn tidy(&mut self, score: impl Fn(&[u32], &mut Top)) {
        if self.waiting.len() < self.limit {
            return;
        }
        self.raise();
        if self.waiting.len() >= WAITING + 4 * self.k {
            self.score(score);
        }
        self.next_limit();
    }

    fn next_limit(&mut self) {
        self.limit = self.waiting.len() + self.k;
    }

    /// The bound by the candidates at hand; drops those that it overtakes.
    fn raise(&mut self) {
        if let Some(worse) = self.waiting.len().checked_sub(self.k) {
            let (_, kth, _) = self.waiting.select_nth_unstable(worse);
            self.bound = self.bound.max(lower(*kth));
        }
        // Rounded as the bar is, towards keeping.
        let lowest = down(f64::from(self.proven()) - self.slack);
        self.waiting.retain(|candidate| lower(*candidate) >= lowest);
    }

    /// The k best, exactly; `None` if the guess was too high, and rows were passed over that may be among them.
    pub fn finish(mut self, score: impl Fn(&[u32], &mut Top)) -> Option<Top> {
        self.raise();
        if self.proven() < self.guess {
            return None;
        }
        self.score(score);
        Some(self.top)
    }

    fn score(&mut self, score: impl Fn(&[u32], &mut Top)) {
        let rows: Vec<u32> = self.waiting.drain(..).map(|candidate| candidate as u32).collect();
        score(&rows, &mut self.top);
    }
}

fn lower(candidate: u64) -> f32 {
    from_ordered((candidate >> 32) as u32)
}

#[cfg(test)]
mod tests {
    use super::super::top::Hit;
    use super::*;

    const SCORES: [f64; 6] = [0.9, 0.1, 0.8, 0.2, 0.7, 0.3];

    fn exactly(rows: &[u32], top: &mut Top) {
        top.take(rows.iter().map(|row| (Hit { index: *row, score: SCORES[*row as usize] }, false)));
    }

    /// A search for the best three of six, of which two are the sample.
    fn search(sample: Option<usize>) -> Option<Vec<u32>> {
        let mut state = ProbeState::new(3, sample);
        for (row, score) in (0..).zip(SCORES) {
            if row == 2 && sample.is_some() {
                state.sampled(3);
            }
            if score as f32 >= state.bar(1.0, 1e-3) {
                state.offer(row, score, 1e-3);
            }
            state.tidy(exactly);
        }
        Some(state.finish(exactly)?.into_hits().iter().map(|hit| hit.index).collect())
    }

    #[test]
    fn a_guess_that_is_too_high_is_found_out() {
        assert_eq!(search(None), Some(vec![0, 2, 4]));
        assert_eq!(search(Some(2)), Some(vec![0, 2, 4]));
        assert_eq!(search(Some(1)), None, "a guess of 0.9 lets one row through");
    }

    #[test]
    fn what_is_not_a_number_is_kept_and_raises_nothing() {
        let mut state = ProbeState::new(1, None);
        state.offer(3, f64::NAN, 0.1);
        state.raise();
        assert_eq!((state.waiting.len(), state.bound), (1, f32::NEG_INFINITY));
    }
}
