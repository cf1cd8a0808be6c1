//! One network of a finished run, by itself.

use super::assemble::results;
use crate::report::Results;
use crate::study::config::Config;
use crate::study::row::{self, RowResult};
use crate::study::run::SeedRows;
use anyhow::{Context, Result};
use l2face_eval::IjbaResult;
use std::path::Path;

/// The results of `config`'s only row on its only seed, from what the run in `out` kept, as if nothing else had been run; and the row itself.
///
/// # Errors
/// A row that is not finished, a file that is missing or damaged.
pub fn one_row(config: &Config, out: &Path, command: &str) -> Result<(Results, RowResult<IjbaResult>)> {
    let (row, seed) = (config.rows.first().context("no row")?, *config.seeds.first().context("no seed")?);
    let folder = row::folder(out, row, seed);
    let done: RowResult<IjbaResult> =
        row::finished(&folder)?.with_context(|| format!("{}: the row is not finished", folder.display()))?;
    let path = out.join(format!("faces-seed{seed}.json"));
    let faces = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let faces = serde_json::from_slice(&faces).with_context(|| path.display().to_string())?;
    let rows = vec![done.clone()];
    Ok((results(config, &[SeedRows { seed, faces, rows }], command)?, done))
}
