//! `--tune`: chooses each row's learning rate from the common grid, on people held out of the training set and on a seed that
//! is not reported. No test face is looked at.

use super::data;
use super::source::Source;
use crate::files;
use crate::report;
use crate::row_name::trained_name;
use crate::study::config::Config;
use crate::study::crops::Crops;
use crate::study::embed::embed;
use crate::study::side_by_side::side_by_side;
use crate::study::train::{train, Diverged, Job};
use anyhow::{ensure, Result};
use candle_core::Device;
use l2face_data::{Dataset, InMemory};
use l2face_eval::Embeddings;
use l2face_metrics::{FarMode, ScoreSet};
use l2face_train::RunDir;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::Arc;

/// One cell of the grid.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// The row.
    pub row: String,
    /// The peak learning rate.
    pub rate: f64,
    /// Mean loss of the last tenth of the steps; none if it diverged.
    pub final_loss: Option<f64>,
    /// TAR at FAR 1e-2 between the photographs of held-out people; none if it diverged.
    pub tar: Option<f64>,
    /// The best rate of its row.
    pub chosen: bool,
}

/// The version of the grid's results.json.
const SCHEMA: &str = "l2face-tune/1";

/// Runs the grid; `results.json`, `report.md` and `report.html` go to `out`.
pub fn tune(config: &Config, device: &Device, out: &Path) -> Result<Vec<Cell>> {
    ensure!(
        !config.seeds.contains(&config.tune.seed),
        "tune.seed {} is one of the reported seeds: choose another",
        config.tune.seed
    );
    crate::study::run::check_rows(config)?;
    ensure!(!config.tune.grid.is_empty(), "tune.grid is empty: give the learning rates to choose from");
    ensure!(config.tune.holdout > 0.0, "tune.holdout is 0: a share of the training people has to judge the rates");
    let source = Source::open(config)?;
    RunDir::open(out, &("tune", config, source.fingerprint()))?;
    let (all, _) = data::training(config, &source, config.tune.seed, out)?;
    let (kept, held) = all.split_people(config.tune.holdout);
    let kept: Arc<dyn Dataset> = Arc::new(kept);
    let grid = &config.tune.grid;
    let mut networks: Vec<&str> = config.rows.iter().map(|row| trained_name(row)).collect();
    let mut known = BTreeSet::new();
    networks.retain(|name| known.insert(*name));
    let points: Vec<(&str, f64)> = networks.iter().flat_map(|r| grid.iter().map(move |rate| (*r, *rate))).collect();
    let faces = (&kept, &held);
    let mut cells =
        side_by_side(&points, device, |(row, rate), stop| cell(config, row, *rate, faces, device, out, stop))?;
    cells.chunks_mut(grid.len()).for_each(choose);
    let report = markdown(config, &cells);
    files::write(&out.join("report.md"), report.as_bytes())?;
    files::write(&out.join("report.html"), report::page("Learning rates", &report, &[]).as_bytes())?;
    files::write(&out.join("results.json"), json(&cells)?.as_bytes())?;
    Ok(cells)
}

/// `results.json` of the grid.
///
/// # Errors
/// None in practice.
pub fn json(cells: &[Cell]) -> Result<String> {
    Ok(serde_json::to_string_pretty(&serde_json::json!({"schema": SCHEMA, "cells": cells}))? + "\n")
}

fn markdown(config: &Config, cells: &[Cell]) -> String {
    let mut text = format!(
        "# Learning rates\n\nEvery row at every rate of the grid on seed {}, judged by TAR at FAR 1e-2 between training people held out \
         ({} of them); no test face was looked at.\n\n| row | rate | final loss | TAR at FAR 1e-2 | chosen |\n|---|--:|--:|--:|---|\n",
        config.tune.seed, config.tune.holdout
    );
    for c in cells {
        let chosen = if c.chosen { "yes" } else { "" };
        text += &format!("| {} | {} | {} | {} | {chosen} |\n", c.row, c.rate, number(c.final_loss), number(c.tar));
    }
    text
}

fn number(value: Option<f64>) -> String {
    value.map_or("diverged".into(), |v| format!("{v:.4}"))
}

fn choose(cells: &mut [Cell]) {
    let best = cells.iter().filter_map(|c| c.tar).fold(f64::NEG_INFINITY, f64::max);
    if let Some(cell) = cells.iter_mut().find(|c| c.tar == Some(best)) {
        cell.chosen = true;
    }
}

fn cell(
    config: &Config,
    row: &str,
    rate: f64,
    (kept, held): (&Arc<dyn Dataset>, &InMemory),
    device: &Device,
    out: &Path,
    stop: &AtomicBool,
) -> Result<Cell> {
    let folder = out.join("rows").join(format!("{}-{rate}", row.replace(':', "-")));
    let job = Job { config, row, rate, seed: config.tune.seed, data: kept.clone(), device, stop };
    let mut cell = Cell { row: row.into(), rate, final_loss: None, tar: None, chosen: false };
    let (model, trained) = match train(&job, &folder) {
        Err(error) if error.is::<Diverged>() => return Ok(cell),
        other => other?,
    };
    let crops = Crops::of((0..held.len()).map(|i| held.image(i).clone()));
    let embedded = embed(&model.backbone, config, &crops, device, &folder.join("embeddings"), "embed held-out people")?;
    cell.final_loss = Some(trained.final_loss);
    cell.tar = Some(verification(&embedded.embeddings, held)?);
    eprintln!(
        "{row} at rate {rate}: loss {:.3}, held-out TAR at FAR 1e-2 {:.4}",
        trained.final_loss,
        cell.tar.unwrap_or(0.0)
    );
    Ok(cell)
}

/// TAR at FAR 1e-2 (conservative) over all pairs of held-out photographs.
fn verification(embeddings: &Embeddings, held: &InMemory) -> Result<f64> {
    let unit: Vec<Vec<f64>> = (0..held.len()).map(|i| unit(embeddings.get(i).unwrap_or(&[]))).collect();
    let (mut genuine, mut impostor) = (vec![], vec![]);
    for i in 0..unit.len() {
        for j in 0..i {
            let score = unit[i].iter().zip(&unit[j]).map(|(a, b)| a * b).sum::<f64>();
            if held.label(i) == held.label(j) {
                genuine.push(score)
            } else {
                impostor.push(score)
            }
        }
    }
    Ok(ScoreSet::new(genuine, impostor)?.tar_at_far(1e-2, FarMode::Conservative)?.tar)
}

fn unit(feature: &[f32]) -> Vec<f64> {
    let norm = feature.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt().max(1e-12);
    feature.iter().map(|v| f64::from(*v) / norm).collect()
}

/// The grid as a table for stdout.
pub fn table(cells: &[Cell]) -> String {
    let mut text = String::from("row           rate     final loss  held-out TAR@1e-2\n");
    for c in cells {
        let mark = if c.chosen { "  <- chosen" } else { "" };
        text += &format!("{:<12}  {:<7}  {:>10}  {:>10}{mark}\n", c.row, c.rate, number(c.final_loss), number(c.tar));
    }
    text
}
