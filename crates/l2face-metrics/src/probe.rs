use serde::{Deserialize, Serialize};

use crate::error::check_scores;
use crate::MetricsError;

/// The best mate of a probe in a gallery.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mate {
    /// Score of the best mate; `-inf` if the probe or all mates failed to enrol.
    pub score: f64,
    /// `1 +` the number of non-mates with `score >= ` the mate's: ties count against it.
    pub rank: usize,
}

impl Mate {
    /// Found at rank `rank` or better with a score of `threshold` or better. A failure (`-inf`) is never found.
    pub(crate) fn found(&self, rank: usize, threshold: f64) -> bool {
        self.rank <= rank && self.score >= threshold && self.score > f64::NEG_INFINITY
    }
}

/// What a search of one probe against a whole gallery gave.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// `None` if the probe's identity is not in the gallery (non-mated).
    pub mate: Option<Mate>,
    /// Highest score against a non-mate; `-inf` if there is none.
    pub best_other: f64,
}

impl Probe {
    /// Reduces the scores against all gallery templates, failed ones (`-inf`) included.
    ///
    /// # Errors
    /// A NaN or `+inf` score.
    pub fn from_scores(scores: &[f64], is_mate: impl Fn(usize) -> bool) -> Result<Self, MetricsError> {
        check_scores("search", scores)?;
        let (mut mate, mut best_other) = (None::<f64>, f64::NEG_INFINITY);
        for (i, &s) in scores.iter().enumerate() {
            if is_mate(i) {
                mate = Some(mate.map_or(s, |m| m.max(s)));
            } else {
                best_other = best_other.max(s);
            }
        }
        let rank = |m: f64| 1 + (0..scores.len()).filter(|&i| !is_mate(i) && scores[i] >= m).count();
        Ok(Self { mate: mate.map(|score| Mate { score, rank: rank(score) }), best_other })
    }
}
