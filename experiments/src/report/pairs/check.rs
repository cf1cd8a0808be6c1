//! What a reader of the file relies on.

use super::schema::{PairResults, SCHEMA};
use anyhow::{ensure, Context, Result};

impl PairResults {
    /// Checks that there are rows, and seeds in each.
    ///
    /// # Errors
    /// Another schema, no rows, a row without seeds.
    pub fn check(&self) -> Result<()> {
        ensure!(
            self.schema == SCHEMA,
            "results.json has schema {}, this build reads {SCHEMA}; run the experiment again",
            self.schema
        );
        ensure!(!self.rows.is_empty(), "the results have no rows: nothing was trained, so there is nothing to report");
        let empty = self.rows.iter().find(|row| row.per_seed.is_empty());
        empty.map_or(Some(()), |_| None).context("a row has no seeds")
    }
}
