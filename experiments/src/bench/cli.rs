//! The options of `cargo xtask bench`.
use super::work::{known, ROWS};
use anyhow::{ensure, Result};
use clap::Parser;
use std::path::PathBuf;

/// The Python that is tried when none is named.
pub const PYTHON: &str = "python3";

/// Times training and inference steps, and the classifier, against PyTorch on this machine's CPU.
#[derive(Clone, Debug, Parser)]
#[command(name = "cargo xtask bench")]
pub struct Args {
    /// Which rows, comma-separated; all without it.
    #[arg(long, value_delimiter = ',')]
    pub rows: Vec<String>,
    /// Processes per row and side.
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
    /// Threads on both sides.
    #[arg(long, default_value_t = 2)]
    pub threads: usize,
    /// A Python with PyTorch; without PyTorch only this project's side is measured.
    #[arg(long, default_value = PYTHON)]
    pub python: PathBuf,
    /// Where results.json, report.md and report.html go.
    #[arg(long, default_value = "runs/bench")]
    pub out: PathBuf,
    /// Print results.json in place of the table.
    #[arg(long)]
    pub json: bool,
    /// One short round: to see that it runs, not how fast.
    #[arg(long)]
    pub quick: bool,
    /// Measure one row in this process and print one line of JSON (what the rounds start).
    #[arg(long, hide = true)]
    pub worker: Option<String>,
}

impl Args {
    /// The rows to measure, in the table's order.
    ///
    /// # Errors
    /// A row that does not exist; no rounds; no threads.
    pub fn rows(&self) -> Result<Vec<&'static str>> {
        ensure!(self.rounds > 0 && self.threads > 0, "--rounds and --threads must be at least 1");
        for name in &self.rows {
            known(name)?;
        }
        let wanted = |name: &str| self.rows.is_empty() || self.rows.iter().any(|r| r == name);
        Ok(ROWS.iter().map(|row| row.name).filter(|name| wanted(name)).collect())
    }

    /// Least seconds that a process measures, after its first steps.
    pub fn seconds(&self) -> f64 {
        match self.quick {
            true => 0.2,
            false => 4.,
        }
    }

    /// Processes per row and side.
    pub fn rounds(&self) -> usize {
        match self.quick {
            true => 1,
            false => self.rounds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Args {
        Args::parse_from(std::iter::once("bench").chain(line.split_whitespace()))
    }

    #[test]
    fn rows_are_all_or_those_named_in_the_table_s_order() {
        assert_eq!(parse("").rows().unwrap().len(), ROWS.len());
        assert_eq!(parse("--rows head-58k,small-train").rows().unwrap(), ["small-train", "head-58k"]);
        let error = parse("--rows smal-train").rows().unwrap_err().to_string();
        assert!(error.contains("smal-train") && error.contains("small-train, resnet50-train"), "{error}");
        assert!(parse("--rounds 0").rows().is_err() && parse("--threads 0").rows().is_err());
    }

    #[test]
    fn quick_is_one_short_round() {
        assert_eq!((parse("--quick --rounds 5").rounds(), parse("--rounds 5").rounds()), (1, 5));
    }
}
