//! `metrics.jsonl`: one JSON object a line, each with a "step".

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::{write_atomic, Result, TrainError};

/// One write a line, so that a kill leaves at most one half line, at the end.
pub(crate) fn append(path: &Path, record: &impl Serialize) -> Result<()> {
    let value = serde_json::to_value(record).map_err(|e| bad(path, 0, e))?;
    step_of(&value).ok_or_else(|| bad(path, 0, NO_STEP))?;
    let mut options = OpenOptions::new();
    let mut file = options.create(true).append(true).open(path).map_err(TrainError::io(path))?;
    file.write_all(format!("{value}\n").as_bytes()).map_err(TrainError::io(path))
}

pub(crate) fn truncate_after(path: &Path, step: u64) -> Result<()> {
    let text = text_of(path)?;
    let mut keep = 0;
    for (line, value) in whole_lines(path, &text) {
        if step_of(&value?).is_some_and(|s| s > step) {
            break;
        }
        keep += line.len();
    }
    match keep == text.len() {
        true => Ok(()),
        false => write_atomic(path, &text.as_bytes()[..keep]).map_err(TrainError::io(path)),
    }
}

pub(crate) fn read(path: &Path) -> Result<Vec<Value>> {
    let text = text_of(path)?;
    whole_lines(path, &text).map(|(_, value)| value).collect()
}

const NO_STEP: &str = "a record must be an object with an integer \"step\"";

fn text_of(path: &Path) -> Result<String> {
    match fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(e) => Err(TrainError::io(path)(e)),
    }
}

/// Every line that has its end, with the record on it.
fn whole_lines<'a>(path: &'a Path, text: &'a str) -> impl Iterator<Item = (&'a str, Result<Value>)> + 'a {
    let lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    lines.enumerate().map(move |(i, line)| (line, parse(line).map_err(|e| bad(path, i + 1, e))))
}

fn parse(line: &str) -> std::result::Result<Value, String> {
    let value: Value = serde_json::from_str(line).map_err(|e| e.to_string())?;
    match step_of(&value) {
        Some(_) => Ok(value),
        None => Err(NO_STEP.into()),
    }
}

fn step_of(value: &Value) -> Option<u64> {
    value.get("step")?.as_u64()
}

fn bad(path: &Path, line: usize, reason: impl ToString) -> TrainError {
    TrainError::BadFile { path: path.into(), line, reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_without_a_step_is_refused_before_it_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m.jsonl");
        for bad in [json!({"loss": 1}), json!({"step": "1"}), json!([1]), json!({"step": -1})] {
            let message = append(&path, &bad).unwrap_err().to_string();
            assert!(message.contains("integer \"step\""), "{message}");
        }
        assert!(!path.exists());
        assert!(read(&path).unwrap().is_empty());
        truncate_after(&path, 3).unwrap();
    }

    #[test]
    fn several_records_of_one_step_stay_together() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m.jsonl");
        for (step, kind) in [(1, "train"), (2, "train"), (2, "eval"), (3, "train")] {
            append(&path, &json!({"step": step, "kind": kind})).unwrap();
        }
        truncate_after(&path, 2).unwrap();
        let kinds: Vec<_> = read(&path).unwrap().iter().map(|v| v["kind"].clone()).collect();
        assert_eq!(kinds, ["train", "train", "eval"]);
    }

    #[test]
    fn a_broken_line_in_the_middle_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m.jsonl");
        fs::write(&path, "{\"step\":1}\n{\"step\":\n{\"step\":3}\n").unwrap();
        for error in [read(&path).unwrap_err(), truncate_after(&path, 3).unwrap_err()] {
            assert!(error.to_string().contains("m.jsonl:2: "), "{error}");
        }
    }
}
