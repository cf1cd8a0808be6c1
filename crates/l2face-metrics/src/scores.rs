use rayon::slice::ParallelSliceMut;

use crate::error::check_scores;
use crate::threshold::accepted;
use crate::MetricsError;

/// The scores of all genuine (same identity) and impostor (different identities) comparisons, sorted from the highest.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreSet {
    genuine: Vec<f64>,
    impostor: Vec<f64>,
}

impl ScoreSet {
    /// Takes the scores in any order; `-inf` stands for a failure to enrol.
    ///
    /// # Errors
    /// A NaN or `+inf` score, or an empty list.
    pub fn new(genuine: Vec<f64>, impostor: Vec<f64>) -> Result<Self, MetricsError> {
        Ok(Self {
            genuine: sorted("genuine", genuine, "genuine comparisons")?,
            impostor: sorted("impostor", impostor, "impostor comparisons")?,
        })
    }

    /// Genuine scores from the highest to the lowest.
    pub fn genuine(&self) -> &[f64] {
        &self.genuine
    }

    /// Impostor scores from the highest to the lowest.
    pub fn impostor(&self) -> &[f64] {
        &self.impostor
    }

    /// The smallest target FAR that the data support: one false accept among all impostors. Below it every mode sets
    /// [`crate::TarAtFar::k_zero`].
    pub fn lowest_far(&self) -> f64 {
        1.0 / self.impostor.len() as f64
    }

    /// Share of genuine comparisons with `score >= threshold`, failures excluded from the accepted.
    pub fn tar(&self, threshold: f64) -> f64 {
        share(&self.genuine, threshold)
    }

    /// Share of impostor comparisons with `score >= threshold`, failures excluded from the accepted.
    pub fn far(&self, threshold: f64) -> f64 {
        share(&self.impostor, threshold)
    }
}

fn share(descending: &[f64], threshold: f64) -> f64 {
    accepted(descending, threshold.max(f64::MIN)) as f64 / descending.len() as f64
}

/// Checks and sorts; `-0.0` becomes `0.0` so that order by bits and order by value agree.
fn sorted(what: &'static str, mut scores: Vec<f64>, plural: &'static str) -> Result<Vec<f64>, MetricsError> {
    if scores.is_empty() {
        return Err(MetricsError::Empty(plural));
    }
    check_scores(what, &scores)?;
    scores.iter_mut().for_each(|s| *s += 0.0);
    scores.par_sort_unstable_by(|a, b| b.total_cmp(a));
    Ok(scores)
}
