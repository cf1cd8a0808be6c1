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
    /// A rule that is defined on cosines was given something else.
    #[error("pair {index} scores {value}, which is no cosine: {mode} works on unit vectors; normalise the embeddings or choose exact")]
    NotACosine {
        /// The rule.
        mode: &'static str,
        /// Position of the pair.
        index: usize,
        /// The offending value.
        value: f64,
    },
    /// A rate over nothing.
    #[error("there are no {0}, so the rate is undefined")]
    Empty(&'static str),
    /// Fewer trials than a rule is defined for.
    #[error("{rule} needs at least {need} {what}, got {got}; use another mode or more data")]
    TooFew {
        /// The rule.
        rule: &'static str,
        /// What is counted.
        what: &'static str,
        /// Least number.
        need: usize,
        /// What was given.
        got: usize,
    },
    /// A target rate outside \[0, 1\].
    #[error("a target rate must lie in [0, 1], got {0}")]
    BadRate(f64),
    /// Rank 0 does not exist.
    #[error("ranks count from 1, got 0")]
    ZeroRank,
    /// A fold that a rate cannot be computed from.
    #[error("fold {fold} has no {what} to {purpose}; use fewer folds or other pairs")]
    BadFold {
        /// Its position, from 0.
        fold: usize,
        /// What is absent.
        what: &'static str,
        /// What it is needed for.
        purpose: &'static str,
    },
    /// Pairs cannot be cut into that many folds.
    #[error("{pairs} pairs cannot be cut into {folds} folds; at least 2 folds are needed, each with a pair")]
    BadFoldCount {
        /// Pairs given.
        pairs: usize,
        /// Folds asked for.
        folds: usize,
    },
    /// Two lists that belong together differ in length.
    #[error("{left_len} {left} but {right_len} {right}; there must be one for each")]
    LengthMismatch {
        /// Name of the first list.
        left: &'static str,
        /// Its length.
        left_len: usize,
        /// Name of the second list.
        right: &'static str,
        /// Its length.
        right_len: usize,
    },
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
    /// The arguments of a bootstrap make no sense.
    #[error("no bootstrap interval from {replicates} replicates at confidence {confidence}; take 1,000 replicates and 0.95, say")]
    BadBootstrap {
        /// Replicates asked for.
        replicates: usize,
        /// Wanted coverage, inside (0, 1).
        confidence: f64,
    },
    /// Every resampling of the identities lacked genuine or impostor comparisons.
    #[error("none of {replicates} resamplings of {identities} identities held genuine and impostor comparisons; more identities are needed")]
    NoReplicate {
        /// Replicates drawn.
        replicates: usize,
        /// Identities in the data.
        identities: usize,
    },
    /// A histogram that cannot be.
    #[error("no histogram of {bins} bins over [{low}, {high}]; the range must be finite and not empty, the bins distinct in f64 and between 1 and {max_bins}")]
    BadHistogram {
        /// Bins asked for.
        bins: usize,
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
        /// Most bins allowed.
        max_bins: usize,
    },
    /// Two histograms with other bins.
    #[error("histograms of different bins cannot be merged: {bins} over [{low}, {high}] and {other_bins} over [{other_low}, {other_high}]")]
    OtherBins {
        /// Bins of the first.
        bins: usize,
        /// Its lower end.
        low: f64,
        /// Its upper end.
        high: f64,
        /// Bins of the second.
        other_bins: usize,
        /// Its lower end.
        other_low: f64,
        /// Its upper end.
        other_high: f64,
    },
    /// A name that is not one of a mode's names.
    #[error("unknown {what} {name:?}; choose one of {known}")]
    UnknownMode {
        /// What kind of mode.
        what: &'static str,
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
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
