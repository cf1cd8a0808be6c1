#![doc = include_str!("../README.md")]
//!
//! # Rules kept everywhere
//! - A higher score means more alike. A comparison is accepted iff `score >= threshold`.
//! - A failure to enrol scores `-inf`. Thresholds are always above `-inf`, so a failure is never accepted: it raises misses and
//!   never false accepts, and it stays in every denominator (NIST's convention, usnistgov/frvt issues 57 and 133).
//! - NaN and `+inf` are errors.
//! - Ties count against us: an impostor tied with the threshold's neighbour is rejected together with the genuine scores tied
//!   with it, a non-mate tied with the mate is ranked before it.

mod error;
mod grid;
mod interval;
mod roc;
mod scores;
mod search;
mod summary;
mod tar;
mod threshold;

pub use error::MetricsError;
pub use grid::log_grid;
pub use interval::clopper_pearson;
pub use roc::RocPoint;
pub use scores::ScoreSet;
pub use search::{Mate, Probe, Search, TpirAtFpir};
pub use summary::mean_std;
pub use tar::{FarMode, TarAtFar};
pub use threshold::{allowed_errors, conservative_threshold};
