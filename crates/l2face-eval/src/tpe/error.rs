/// Why an embedding cannot be trained or applied.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TpeError {
    /// A setting out of its range.
    #[error("TPE: {name} is {value}, expected {expected}")]
    Setting {
        /// The field of the configuration.
        name: &'static str,
        /// What stands there.
        value: String,
        /// What should.
        expected: &'static str,
    },
    /// Not as many labels as vectors.
    #[error("TPE: {vectors} training vectors but {labels} labels; give each vector the label of its person")]
    Count {
        /// Vectors given.
        vectors: usize,
        /// Labels given.
        labels: usize,
    },
    /// Nobody, or one person: no triplet has a negative.
    #[error("TPE: the training vectors are of {people} people, at least 2 are needed for a negative")]
    TooFewPeople {
        /// Different labels.
        people: usize,
    },
    /// Everybody has one vector: no triplet has a positive.
    #[error("TPE: each of {people} training people has one vector; somebody needs a second one for a positive pair")]
    NoPositivePair {
        /// Different labels.
        people: usize,
    },
    /// A vector of the wrong length.
    #[error("TPE: vector {index} has {got} numbers, expected {expected}; all must come from one network")]
    WrongDim {
        /// Which vector, from 0.
        index: usize,
        /// Its length.
        got: usize,
        /// The length of the others.
        expected: usize,
    },
    /// A vector without a direction.
    #[error("TPE: vector {index} is zero and has no direction; leave it out")]
    Zero {
        /// Which vector, from 0.
        index: usize,
    },
    /// NaN or an infinity.
    #[error("TPE: vector {index} is not finite: the network diverged, or its weights are damaged")]
    NotFinite {
        /// Which vector, from 0.
        index: usize,
    },
    /// Principal components that did not converge.
    #[error(
        "TPE: the principal components of the training vectors were not found; check the vectors for extreme numbers"
    )]
    Components,
    /// The steps were too large: the loss of an epoch is above what the principal components could have.
    #[error("TPE: training diverged in epoch {epoch}: lower learning_rate, which is {learning_rate}, for example to a third")]
    Diverged {
        /// From 1.
        epoch: usize,
        /// What it was.
        learning_rate: f64,
    },
}
