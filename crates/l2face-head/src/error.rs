//! What a head refuses and what it warns of.

use std::fmt;

/// A setting no head can be built from.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum HeadError {
    /// Too few classes to tell apart.
    #[error("{classes} classes: {needs} needs at least {least}")]
    Classes {
        /// The number given.
        classes: usize,
        /// The least that makes sense.
        least: usize,
        /// What needs them.
        needs: &'static str,
    },
    /// Features without a dimension.
    #[error("a head needs features of at least one dimension, got 0")]
    Dim,
    /// An alpha that is not a positive finite number.
    #[error("alpha = {0}: must be positive and finite")]
    Alpha(f64),
    /// A probability outside (0, 1).
    #[error("p = {0}: a probability must lie strictly between 0 and 1")]
    Probability(f64),
    /// A name of no head.
    #[error("unknown head \"{0}\": use softmax, l2:ALPHA (as l2:16), l2:trained or l2:trained:START")]
    Name(String),
}

impl From<HeadError> for candle_core::Error {
    fn from(error: HeadError) -> Self {
        Self::wrap(error)
    }
}

/// A setting that works badly, for the program to show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Warning {
    /// Alpha is below [`alpha_lower_bound`](crate::alpha_lower_bound) at p = 0.9; training may not converge.
    AlphaBelowBound {
        /// The alpha given.
        alpha: f64,
        /// The bound at p = 0.9.
        bound: f64,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::AlphaBelowBound { alpha, bound } = self;
        write!(
            f,
            "alpha = {alpha} is below {bound:.2}, the least that lets a right class of so many reach probability 0.9: \
             expect training to converge badly"
        )
    }
}
