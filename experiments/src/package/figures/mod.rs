//! Every figure that was measured, as the card's metadata have it: a run's own, and those of evaluations beside it.
mod build;
mod evaluation;
mod folds;
mod ijba;
mod ijbbc;
mod pairs;
mod splits;

use super::measured::Measured;
use crate::evaluate;
use anyhow::Result;
use l2face_model::Evaluation;

/// The type of data that a program drew.
pub(super) const GENERATED: &str = "l2face-generated";

/// Of the only row of a run's results.
///
/// # Errors
/// Results without a row, a configuration that is none.
pub(super) fn of_run(results: &Measured, name: &str) -> Result<Vec<Evaluation>> {
    let config = results.config()?;
    match results {
        Measured::Ijba(results) => ijba::evaluations(results, &config, name),
        Measured::Pairs(results) => pairs::evaluations(results, &config, name),
    }
}

/// Of `cargo xtask evaluate`; its figures with TPE are left out.
///
/// # Errors
/// A value that is no JSON; none in practice.
pub(super) fn of_evaluation(results: &evaluate::Results, name: &str) -> Result<Vec<Evaluation>> {
    evaluation::evaluations(results, name)
}

pub(super) use build::slug;
