#![doc = include_str!("../README.md")]
//!
//! | concept | item |
//! |---|---|
//! | variables drawn from one seed, whatever the order of construction | [`SeededVars`] |
//! | which rate and decay a variable gets | [`Param`], [`GroupRules`], [`paper_groups`] |
//! | stochastic gradient descent with momentum, decay and clipping | [`Sgd`] |
//! | learning rate as a pure function of the step | [`Schedule`] |
//! | a checkpoint in one atomic file | [`Snapshot`], [`Counters`] |
//! | a folder that belongs to one configuration | [`RunDir`], [`Environment`] |

mod atomic;
mod check;
mod config_diff;
mod environment;
mod error;
mod grad_norm;
mod init;
mod load_strict;
mod metrics_log;
mod params;
mod run_dir;
mod schedule;
mod seeded;
mod sgd;
mod snapshot;
mod snapshot_file;

pub use atomic::write_atomic;
pub use check::finite_loss;
pub use environment::Environment;
pub use error::{Result, TrainError};
pub use params::{groups, paper_groups, GroupRules, Param};
pub use run_dir::RunDir;
pub use schedule::Schedule;
pub use seeded::SeededVars;
pub use sgd::{Sgd, SgdConfig, StepInfo};
pub use snapshot::{Counters, Snapshot};
