//! The settings of TPE, `[evaluate.tpe]`, for rows with `+tpe`.

use super::config::Config;
use crate::row_name::has_tpe;
use anyhow::{ensure, Context, Result};
use l2face_eval::TpeConfig;

impl Config {
    /// Leaves settings of TPE exactly where a row has it, defaults included: once the rows are final.
    pub fn settle_tpe(&mut self) {
        let tpe = self.evaluate.tpe.unwrap_or_default();
        self.evaluate.tpe = self.rows.iter().any(|row| has_tpe(row)).then_some(tpe);
    }

    /// How TPE is trained for a row on a seed; none without `+tpe`.
    pub fn tpe(&self, row: &str, seed: u64) -> Option<TpeConfig> {
        has_tpe(row).then(|| TpeConfig { seed, ..self.evaluate.tpe.unwrap_or_default() })
    }

    pub(super) fn check_tpe(&self) -> Result<()> {
        let Some(tpe) = self.evaluate.tpe else { return Ok(()) };
        tpe.check().context("evaluate.tpe")?;
        ensure!(tpe.seed == 0, "evaluate.tpe.seed is {}: leave it out, the seed of a row is used", tpe.seed);
        Ok(())
    }
}
