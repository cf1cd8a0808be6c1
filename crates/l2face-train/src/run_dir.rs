//! A folder that holds one run of one configuration.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use crate::config_diff::differences;
use crate::{metrics_log, write_atomic, Environment, Result, TrainError};

/// A run's folder: `config.json` (resolved), `environment.json`, `metrics.jsonl` and whatever the program adds.
///
/// ```
/// # let temp = tempfile::tempdir()?;
/// # let out = temp.path().join("run");
/// use l2face_train::RunDir;
/// use serde_json::json;
/// let run = RunDir::open(&out, &json!({"lr": 0.1}))?;
/// for step in 1..=4 {
///     run.log(&json!({"step": step, "loss": 1.0 / step as f64}))?;
/// }
/// // Killed, and resumed from a snapshot made after step 2: the rest is written again.
/// let run = RunDir::open(&out, &json!({"lr": 0.1}))?;
/// run.truncate_log_after(2)?;
/// assert_eq!(run.records()?.len(), 2);
/// assert!(RunDir::open(&out, &json!({"lr": 0.2})).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RunDir {
    path: PathBuf,
}

impl RunDir {
    /// Creates the folder, or opens the one that the same configuration made.
    ///
    /// # Errors
    /// [`TrainError::OtherConfig`] names the first differing keys; [`TrainError::NotARun`] if other files are there.
    pub fn open(path: impl AsRef<Path>, config: &impl Serialize) -> Result<Self> {
        let run = Self { path: path.as_ref().into() };
        fs::create_dir_all(&run.path).map_err(TrainError::io(&run.path))?;
        let file = run.file("config.json");
        let text = to_json(&file, config)?;
        if file.exists() {
            same_config(&file, &text)?;
        } else {
            run.must_be_empty()?;
            write_atomic(&file, text.as_bytes()).map_err(TrainError::io(&file))?;
        }
        Ok(run)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file of the folder by name.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes `environment.json`, that of the latest start of the run.
    pub fn write_environment(&self, environment: &Environment) -> Result<()> {
        let file = self.file("environment.json");
        let text = to_json(&file, environment)?;
        write_atomic(&file, text.as_bytes()).map_err(TrainError::io(&file))
    }

    /// Appends one line to `metrics.jsonl`: a JSON object with an integer "step" that never decreases.
    ///
    /// Leave clock times out of it, and a resumed run's file equals that of an uninterrupted one.
    pub fn log(&self, record: &impl Serialize) -> Result<()> {
        metrics_log::append(&self.file("metrics.jsonl"), record)
    }

    /// Cuts `metrics.jsonl` after the last record of step `step` or before, and drops a line that a kill left half.
    pub fn truncate_log_after(&self, step: u64) -> Result<()> {
        metrics_log::truncate_after(&self.file("metrics.jsonl"), step)
    }

    /// The whole records of `metrics.jsonl`; none if there is no such file.
    pub fn records(&self) -> Result<Vec<Value>> {
        metrics_log::read(&self.file("metrics.jsonl"))
    }

    /// Remains of a start that was killed before it wrote its configuration do not count.
    fn must_be_empty(&self) -> Result<()> {
        for entry in fs::read_dir(&self.path).map_err(TrainError::io(&self.path))? {
            let name = entry.map_err(TrainError::io(&self.path))?.file_name();
            if !name.to_string_lossy().starts_with(".tmp") {
                return Err(TrainError::NotARun { path: self.path.clone() });
            }
        }
        Ok(())
    }
}

fn to_json(path: &Path, value: &impl Serialize) -> Result<String> {
    let sorted = serde_json::to_value(value).map_err(|e| bad(path, &e))?;
    Ok(format!("{sorted:#}\n"))
}

/// Both sides are parsed from text, so that a number which does not survive its text equals itself.
fn same_config(path: &Path, text: &str) -> Result<()> {
    let stored = fs::read_to_string(path).map_err(TrainError::io(path))?;
    let stored: Value = serde_json::from_str(&stored).map_err(|e| bad(path, &e))?;
    let now: Value = serde_json::from_str(text).map_err(|e| bad(path, &e))?;
    let keys = differences(&stored, &now);
    if keys.is_empty() {
        return Ok(());
    }
    Err(TrainError::OtherConfig { path: path.into(), keys })
}

fn bad(path: &Path, error: &serde_json::Error) -> TrainError {
    TrainError::BadFile { path: path.into(), line: error.line(), reason: error.to_string() }
}

#[cfg(test)]
mod tests;
