//! Rates from counts in fixed bins, for more scores than memory holds.

mod bins;
mod rates;
mod score_histogram;

pub use bins::MAX_BINS;
pub use rates::{RateBounds, TarBounds};
pub use score_histogram::ScoreHistogram;
