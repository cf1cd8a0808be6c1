/// What can be wrong with scores or with a question about them.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MetricsError {
    /// A score is NaN or `+inf`.
    #[error("{what} score {index} is {value}; scores must be finite, or -inf for a failure to enrol")]
    BadScore {
        /// Which list.
        what: &'static str,
        /// Position in that list.
        index: usize,
        /// The offending value.
        value: f64,
    },
    /// A rate over nothing.
    #[error("there are no {0}, so the rate is undefined")]
    Empty(&'static str),
    /// A target rate outside \[0, 1\].
    #[error("a target rate must lie in [0, 1], got {0}")]
    BadRate(f64),
    /// Rank 0 does not exist.
    #[error("ranks count from 1, got 0")]
    ZeroRank,
    /// The arguments of an interval make no sense.
    #[error("no interval for {successes} successes in {trials} trials at confidence {confidence}")]
    BadInterval {
        /// Successes.
        successes: usize,
        /// Trials.
        trials: usize,
        /// Wanted coverage, inside (0, 1).
        confidence: f64,
    },
}

/// Fails on the first score that is NaN or `+inf`.
pub(crate) fn check_scores(what: &'static str, scores: &[f64]) -> Result<(), MetricsError> {
    match scores.iter().position(|s| s.is_nan() || *s == f64::INFINITY) {
        Some(index) => Err(MetricsError::BadScore { what, index, value: scores[index] }),
        None => Ok(()),
    }
}

/// Fails unless `0 <= rate <= 1`.
pub(crate) fn check_rate(rate: f64) -> Result<(), MetricsError> {
    if (0.0..=1.0).contains(&rate) {
        Ok(())
    } else {
        Err(MetricsError::BadRate(rate))
    }
}
