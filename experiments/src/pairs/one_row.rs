//! One network of a finished run, by itself.

use super::assemble::results;
use super::measure::Measured;
use crate::report::pairs::PairResults;
use crate::study::config::Config;
use crate::study::one_row::one_row as read;
use crate::study::summary;
use crate::study::train::Trained;
use anyhow::{Context, Result};
use std::path::Path;

/// The results of `config`'s only row on its only seed, from what the run `whole` in `out` kept, as if nothing else had been run; and its
/// training. What the run had to say of its data stays.
///
/// # Errors
/// A row that is not finished, a file that is missing or damaged.
pub fn one_row(config: &Config, whole: &PairResults, out: &Path, command: &str) -> Result<(PairResults, Trained)> {
    let seed = read::<Measured>(config, out)?;
    let trained = seed.rows.first().context("no row")?.trained.clone();
    let run: Config = serde_json::from_value(whole.config.clone()).context("its configuration")?;
    let of_rows = summary::warnings(&run, seed.faces.train_people)?;
    let of_data: Vec<String> = whole.warnings.iter().filter(|text| !of_rows.contains(text)).cloned().collect();
    Ok((results(config, &[seed], &of_data, command)?, trained))
}
