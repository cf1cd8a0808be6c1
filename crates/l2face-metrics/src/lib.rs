#![doc = include_str!("../README.md")]
//!
//! # Rules kept everywhere
//! - A higher score means more alike. A comparison is accepted iff `score >= threshold`.
//! - A failure to enrol scores `-inf`. Thresholds are always above `-inf`, so a failure is never accepted: it raises misses and
//!   never false accepts, and it stays in every denominator (NIST's convention, usnistgov/frvt issues 57 and 133).
//! - NaN and `+inf` are errors.
//! - A rule that works otherwise is a mode with a name and says so: [`AccuracyMode`] and VAL@FAR accept `distance < threshold`.
//! - `k_zero` marks a target rate below one error: the data do not support it, whatever figure the mode gives.
//! - Ties count against us: an impostor tied with the threshold's neighbour is rejected together with the genuine scores tied
//!   with it, a non-mate tied with the mate is ranked before it.

mod bootstrap;
mod det;
mod eer;
mod error;
mod far_mode;
mod folds;
mod fpir;
mod grid;
mod histogram;
mod interval;
mod legacy_1n;
mod mode_names;
mod nearest;
mod probe;
mod roc;
mod scores;
mod search;
mod summary;
mod tar;
mod threshold;
mod vertex;

pub use bootstrap::{Bootstrap, BootstrapInterval, Comparison, IdentityComparisons};
pub use det::DetPoint;
pub use eer::NearestEer;
pub use error::MetricsError;
pub use far_mode::FarMode;
pub use folds::{
    train_test_accuracy, Accuracy, AccuracyMode, FoldAccuracy, FoldVal, Folds, MeanCurveEer, Pair, ValAtFar,
};
pub use fpir::{FpirMode, TpirAtFpir};
pub use grid::log_grid;
pub use histogram::{RateBounds, ScoreHistogram, TarBounds, MAX_BINS};
pub use interval::clopper_pearson;
pub use legacy_1n::{LegacyInsightface1n, LegacyTpir};
pub use probe::{Mate, Probe};
pub use roc::RocPoint;
pub use scores::ScoreSet;
pub use search::Search;
pub use summary::mean_std;
pub use tar::TarAtFar;
pub use threshold::{allowed_errors, conservative_threshold};
