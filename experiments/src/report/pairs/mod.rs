//! The report of pairs in folds: LFW and YouTube Faces.

mod cells;
mod check;
mod markdown;
mod plots;
mod schema;
mod summary;
mod table;

use std::path::Path;

use anyhow::Result;

pub use schema::{PairResults, PairRow, PairTar, SeedPairs, SCHEMA};
pub use summary::PairRun;

use super::html::page;
use super::write::{json, write_pages};

pub use markdown::markdown;
pub use table::table;

/// Writes `plots/*.svg`, `report.md`, `report.html` and, last, `results.json` into `out`, each whole or not at all.
///
/// # Errors
/// Results without rows, a plot that cannot be drawn, a file that cannot be written.
pub fn write_all(results: &PairResults, out: &Path) -> Result<()> {
    results.check()?;
    let plots = plots::plots(results)?;
    let markdown = markdown(results, &plots);
    write_pages(out, &plots, &markdown, &page(&results.experiment, &markdown, &plots), &json(results)?)
}

#[cfg(test)]
mod tests;
