//! What a protocol holds against what its release is published to hold.

use serde::{Deserialize, Serialize};

const REPEATED_ROWS: &str = "rows that repeat a face of their medium";
const REPEATED_PAIRS: &str = "comparisons that repeat another";

/// One number of a protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// What is counted, such as `templates`.
    pub what: String,
    /// How many were read.
    pub found: u64,
    /// How many the whole release has, where that is published.
    pub published: Option<u64>,
}

/// The numbers of a protocol. A difference is a warning and never an error: subsets are legitimate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts(pub Vec<Count>);

impl Counts {
    /// Adds a number.
    pub(crate) fn add(&mut self, what: &str, found: usize, published: Option<u64>) {
        self.0.push(Count { what: what.to_owned(), found: found as u64, published });
    }

    /// Adds how many rows and comparisons repeat others. Whether the releases have any is not published.
    pub(crate) fn add_repeats(&mut self, rows: usize, pairs: usize) {
        self.add(REPEATED_ROWS, rows, None);
        self.add(REPEATED_PAIRS, pairs, None);
    }

    /// How many of something were read.
    pub fn found(&self, what: &str) -> Option<u64> {
        self.0.iter().find(|c| c.what == what).map(|c| c.found)
    }

    /// One sentence for each number that differs from the published one, and for what repeats.
    pub fn warnings(&self) -> Vec<String> {
        let differs = |c: &Count| {
            let published = c.published.filter(|&p| p != c.found)?;
            Some(format!("{} {} were read, the whole release has {published}", c.found, c.what))
        };
        let repeats = |c: &Count| {
            let some = c.found > 0 && [REPEATED_ROWS, REPEATED_PAIRS].contains(&c.what.as_str());
            some.then(|| format!("{} {}: they count as often as they are written", c.found, c.what))
        };
        self.0.iter().filter_map(|c| differs(c).or_else(|| repeats(c))).collect()
    }
}
