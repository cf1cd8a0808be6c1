//! One network of a finished run, by itself.

use super::assemble::results;
use crate::report::Results;
use crate::study::config::Config;
use crate::study::one_row::one_row as read;
use crate::study::train::Trained;
use anyhow::{Context, Result};
use std::path::Path;

/// The results of `config`'s only row on its only seed, from what the run in `out` kept, as if nothing else had been run; and its training.
///
/// # Errors
/// A row that is not finished, a file that is missing or damaged.
pub fn one_row(config: &Config, out: &Path, command: &str) -> Result<(Results, Trained)> {
    let seed = read(config, out)?;
    let trained = seed.rows.first().context("no row")?.trained.clone();
    Ok((results(config, &[seed], command)?, trained))
}
