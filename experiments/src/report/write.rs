//! The files of `--out`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use l2face_train::write_atomic;
use serde::Serialize;

use super::html::html;
use super::markdown::markdown;
use super::plot::{plots, Plot};
use super::schema::Results;

/// Writes `plots/*.svg`, `report.md`, `report.html` and, last, `results.json` into `out`.
///
/// Every file is written whole or not at all, and everything is made before the first is written.
/// A folder with `results.json` in it is complete.
///
/// # Errors
/// Results that [`Results::check`] refuses, a plot that cannot be drawn, a folder or file that
/// cannot be written (named in the error).
pub fn write_all(results: &Results, out: &Path) -> Result<()> {
    results.check()?;
    let plots = plots(results)?;
    write_pages(out, &plots, &markdown(results), &html(results)?, &json(results)?)
}

/// Writes the files of [`write_all`] for results of any form.
///
/// # Errors
/// A folder or file that cannot be written (named in the error).
pub fn write_pages(out: &Path, plots: &[Plot], markdown: &str, html: &str, json: &str) -> Result<()> {
    let folder = out.join("plots");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for plot in plots {
        write(&folder.join(plot.file), &plot.svg)?;
    }
    write(&out.join("report.md"), markdown)?;
    write(&out.join("report.html"), html)?;
    write(&out.join("results.json"), json)
}

/// The text of `results.json`, with a line break at its end.
///
/// # Errors
/// None that is known of.
pub fn json(results: &impl Serialize) -> Result<String> {
    let json = serde_json::to_string_pretty(results).context("results.json")?;
    Ok(json + "\n")
}

/// Writes `timings.json`: seconds by name, apart from the results since no two runs agree.
///
/// # Errors
/// A time that is not finite, a file that cannot be written.
pub fn write_timings(out: &Path, seconds: &BTreeMap<String, f64>) -> Result<()> {
    for (name, value) in seconds {
        anyhow::ensure!(value.is_finite(), "the time of {name:?} is not a number");
    }
    let mut json = serde_json::to_string_pretty(seconds).context("timings.json")?;
    json.push('\n');
    write(&out.join("timings.json"), &json)
}

fn write(path: &Path, text: &str) -> Result<()> {
    write_atomic(path, text.as_bytes())
        .with_context(|| format!("cannot write {}: choose another --out or make room", path.display()))
}
