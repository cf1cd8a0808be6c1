//! The whole experiment: the source, the rows, the results.

use super::assemble::results;
use super::source::Source;
use crate::report::pairs::PairResults;
use crate::study::config::Config;
use crate::study::{self, run::check_rows};
use anyhow::Result;
use candle_core::Device;
use std::path::Path;

/// Runs, or goes on with, the experiment in `out`.
///
/// # Errors
/// Bad configuration, bad data, an `out` of another configuration, a device that fails, training that diverges.
pub fn run(config: &Config, device: &Device, out: &Path, command: &str) -> Result<PairResults> {
    check_rows(config)?;
    let source = Source::open(config)?;
    results(config, &study::run(&source, config, device, out)?, source.warnings(), command)
}
