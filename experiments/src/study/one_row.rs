//! One network of a finished run, by itself.

use super::config::Config;
use super::row::{self, RowResult};
use super::run::SeedRows;
use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use std::path::Path;

/// `config`'s only row on its only seed, from what the run in `out` kept, as if nothing else had been run.
///
/// # Errors
/// A row that is not finished, a file that is missing or damaged.
pub fn one_row<M: DeserializeOwned>(config: &Config, out: &Path) -> Result<SeedRows<M>> {
    let (row, seed) = (config.rows.first().context("no row")?, *config.seeds.first().context("no seed")?);
    let folder = row::folder(out, row, seed);
    let done: RowResult<M> =
        row::finished(&folder)?.with_context(|| format!("{}: the row is not finished", folder.display()))?;
    let path = out.join(format!("faces-seed{seed}.json"));
    let faces = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let faces = serde_json::from_slice(&faces).with_context(|| path.display().to_string())?;
    Ok(SeedRows { seed, faces, rows: vec![done] })
}
