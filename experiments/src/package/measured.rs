//! What a run measured, whichever experiment it was.
use crate::ijba::one_row::one_row as of_ijba;
use crate::pairs::one_row::one_row as of_pairs;
use crate::report::{self, pairs, DataInfo, Results};
use crate::study::config::Config;
use crate::study::train::Trained;
use anyhow::{bail, Context, Result};
use serde_json::Value;
use std::path::Path;

/// The results of `reproduce`.
pub(super) enum Measured {
    /// Of `reproduce ijba`.
    Ijba(Box<Results>),
    /// Of `reproduce lfw` or `ytf`.
    Pairs(Box<pairs::PairResults>),
}

impl Measured {
    /// Reads and checks results.json.
    ///
    /// # Errors
    /// A file that is missing, damaged, of another schema or of another command.
    pub fn open(path: &Path) -> Result<Self> {
        let name = || path.display().to_string();
        let bytes = std::fs::read(path).with_context(name)?;
        let value: Value = serde_json::from_slice(&bytes).with_context(name)?;
        match &value["schema"] {
            Value::Number(_) => {
                let results: Results = serde_json::from_value(value).with_context(name)?;
                results.check().with_context(name)?;
                Ok(Self::Ijba(Box::new(results)))
            }
            Value::String(schema) if schema == pairs::SCHEMA => {
                let results: pairs::PairResults = serde_json::from_value(value).with_context(name)?;
                results.check().with_context(name)?;
                Ok(Self::Pairs(Box::new(results)))
            }
            other => bail!(
                "{}: its schema is {other}; packaged are runs of `cargo xtask reproduce ijba`, lfw and ytf",
                name()
            ),
        }
    }

    /// The run's configuration.
    ///
    /// # Errors
    /// A configuration of another version.
    pub fn config(&self) -> Result<Config> {
        let config = match self {
            Self::Ijba(results) => &results.config,
            Self::Pairs(results) => &results.config,
        };
        serde_json::from_value(config.clone()).context("results.json: its configuration")
    }

    /// What was trained and tested on.
    pub fn data(&self) -> &DataInfo {
        match self {
            Self::Ijba(results) => &results.data,
            Self::Pairs(results) => &results.data,
        }
    }

    /// SHA-256 of the tensors that these are the figures of, where it was noted.
    pub fn weights(&self) -> Option<&str> {
        match self {
            Self::Ijba(results) => results.weights.as_deref(),
            Self::Pairs(results) => results.weights.as_deref(),
        }
    }

    /// Notes the tensors.
    pub fn of_weights(mut self, sha256: &str) -> Self {
        match &mut self {
            Self::Ijba(results) => results.weights = Some(sha256.into()),
            Self::Pairs(results) => results.weights = Some(sha256.into()),
        }
        self
    }

    /// The first row, for the reader.
    pub fn label(&self) -> &str {
        match self {
            Self::Ijba(results) => results.rows.first().map_or("", |row| &row.label),
            Self::Pairs(results) => results.rows.first().map_or("", |row| &row.id.label),
        }
    }

    /// The results of `config`'s only row on its only seed, from what the run in `folder` kept; and its training.
    ///
    /// # Errors
    /// A row that is not finished, a file that is missing or damaged.
    pub fn one_row(&self, config: &Config, folder: &Path, command: &str) -> Result<(Self, Trained)> {
        Ok(match self {
            Self::Ijba(_) => {
                let (results, trained) = of_ijba(config, folder, command)?;
                (Self::Ijba(Box::new(results)), trained)
            }
            Self::Pairs(whole) => {
                let (mut results, trained) = of_pairs(config, whole, folder, command)?;
                super::paths::without_folder_of_lists(&mut results);
                (Self::Pairs(Box::new(results)), trained)
            }
        })
    }

    /// Writes results.json, the reports and the plots.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        match self {
            Self::Ijba(results) => report::write_all(results, folder),
            Self::Pairs(results) => pairs::write_all(results, folder),
        }
    }
}
