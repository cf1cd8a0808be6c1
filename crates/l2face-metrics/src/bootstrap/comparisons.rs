use rayon::slice::ParallelSliceMut;
use serde::{Deserialize, Serialize};

use crate::{MetricsError, ScoreSet};

/// One comparison with the identities of its two templates. It is genuine iff they are the same.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Identity of one template; any number.
    pub a: u64,
    /// Identity of the other.
    pub b: u64,
    /// Higher is more alike; `-inf` if either template could not be enrolled.
    pub score: f64,
}

/// A scored pair of positions in the list of identities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Indexed {
    pub a: u32,
    pub b: u32,
    pub score: f64,
}

/// Comparisons sorted once for many resamplings. 16 bytes a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityComparisons {
    identities: Vec<u64>,
    /// From the highest score to the lowest.
    pub(crate) genuine: Vec<Indexed>,
    /// From the highest score to the lowest.
    pub(crate) impostor: Vec<Indexed>,
}

impl IdentityComparisons {
    /// Takes the comparisons in any order.
    ///
    /// # Errors
    /// A NaN or `+inf` score; no genuine or no impostor comparison.
    pub fn new(comparisons: &[Comparison]) -> Result<Self, MetricsError> {
        let bad = comparisons.iter().position(|c| c.score.is_nan() || c.score == f64::INFINITY);
        if let Some(index) = bad {
            return Err(MetricsError::BadScore { what: "comparison", index, value: comparisons[index].score });
        }
        let mut identities: Vec<u64> = comparisons.iter().flat_map(|c| [c.a, c.b]).collect();
        identities.par_sort_unstable();
        identities.dedup();
        let at = |id: u64| identities.partition_point(|&x| x < id) as u32;
        let of = |genuine: bool| {
            let kind = comparisons.iter().filter(|c| (c.a == c.b) == genuine);
            let mut kind: Vec<_> = kind.map(|c| Indexed { a: at(c.a), b: at(c.b), score: c.score + 0.0 }).collect();
            kind.par_sort_unstable_by(|x, y| y.score.total_cmp(&x.score).then((x.a, x.b).cmp(&(y.a, y.b))));
            kind
        };
        let (genuine, impostor) = (of(true), of(false));
        match (genuine.is_empty(), impostor.is_empty()) {
            (true, _) => Err(MetricsError::Empty("genuine comparisons")),
            (_, true) => Err(MetricsError::Empty("impostor comparisons")),
            _ => Ok(Self { identities, genuine, impostor }),
        }
    }

    /// Distinct identities, those that are in impostor comparisons alone included.
    pub fn identities(&self) -> usize {
        self.identities.len()
    }

    /// The scores without their identities.
    ///
    /// # Errors
    /// None that [`Self::new`] would not have given.
    pub fn score_set(&self) -> Result<ScoreSet, MetricsError> {
        let scores = |of: &[Indexed]| of.iter().map(|c| c.score).collect();
        ScoreSet::new(scores(&self.genuine), scores(&self.impostor))
    }
}
