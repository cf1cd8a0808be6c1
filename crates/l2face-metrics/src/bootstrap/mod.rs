//! Intervals by resampling identities.

mod comparisons;
mod interval;
mod quantile;
mod replicate;

pub use comparisons::{Comparison, IdentityComparisons};
pub use interval::{Bootstrap, BootstrapInterval};
