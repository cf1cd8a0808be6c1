//! From a run to a folder.
use super::card::card;
use super::cli::Args;
use super::evaluations::{self, Packaged};
use super::measured::Measured;
use super::paths::{shortened, without_folders};
use super::{choose, sound, weights};
use crate::study::{config::Config, row, train::Trained};
use anyhow::{ensure, Context, Result};
use l2face_head::{Alpha, HeadConfig};
use l2face_model::{write, Audit, Contents, License, ModelConfig, Staged, METRICS, RESULTS};
use std::path::Path;

/// Makes the folder; what was made, in words.
///
/// # Errors
/// No licence; a run that is not finished; a row or seed that must be named; an evaluation of another model; an `OUT` that is there; weights that do not give the embeddings
/// that were stored with them.
pub fn package(args: &Args) -> Result<String> {
    let license =
        License::new(args.license.as_deref().unwrap_or(""), args.license_link.as_deref()).context("--license")?;
    let all = measured(&args.run)?;
    let run = all.config()?;
    let (row, seed) = (choose::row(args, &run)?, choose::seed(args, &run)?);
    let config = Config { rows: vec![row.clone()], seeds: vec![seed], ..without_folders(&run) };
    let (results, trained) = all.one_row(&config, &args.run, &shortened(&all.data().command, &run))?;
    let weights = weights::read(&args.run, &run, &row, seed)?;
    let model = model_config(&config, &row, &results, &trained)?;
    let packaged = Packaged {
        config: &model,
        tensors: crate::hash::tensors(weights.backbone.tensors())?,
        file: weights.sha256.clone(),
    };
    let evaluations = evaluations::open(&args.evaluation, &packaged)?;
    let card = card(args, license, &results, &evaluations)?;

    let staged = Staged::new(&args.out, args.force)?;
    results.of_weights(&packaged.tensors).write(staged.path())?;
    evaluations.iter().try_for_each(|evaluation| evaluation.write(staged.path()))?;
    copy_log(&row::folder(&args.run, &row, seed), staged.path())?;
    let head = args.with_head.then_some(&weights.head);
    write(staged.path(), &Contents { config: &model, weights: &weights.backbone, head, card: &card })?;
    let found = sound(staged.path())?;
    ensure!(found.card == card.metadata(), "the card did not come back as it was written: please report this");
    staged.publish()?;
    said(args, &found, &row, seed)
}

fn measured(run: &Path) -> Result<Measured> {
    let path = run.join(RESULTS);
    ensure!(
        path.is_file(),
        "{}: not a finished run of `cargo xtask reproduce ijba`, lfw or ytf: there is no such file",
        path.display()
    );
    Measured::open(&path)
}

fn model_config(config: &Config, row: &str, results: &Measured, trained: &Trained) -> Result<ModelConfig> {
    let loss: HeadConfig = row.parse()?;
    let alpha = match loss.alpha() {
        Some(Alpha::Fixed(alpha)) => Some(alpha),
        Some(Alpha::Trained(_)) => trained.alpha,
        None => None,
    };
    let made = ModelConfig::new(config.backbone()?, config.crop.antialias, loss, alpha, results.data().train_people);
    made.map_err(anyhow::Error::msg).context("the run's configuration")
}

fn copy_log(row: &Path, folder: &Path) -> Result<()> {
    let log = row.join(METRICS);
    std::fs::copy(&log, folder.join(METRICS)).with_context(|| log.display().to_string())?;
    Ok(())
}

/// Every file with its size, and how far the embeddings are from those that were stored.
fn said(args: &Args, found: &Audit, row: &str, seed: u64) -> Result<String> {
    let difference = found.check.difference;
    let mut text = format!("{}: row {row}, seed {seed}\n", args.out.display());
    for name in &found.files {
        let bytes = std::fs::metadata(args.out.join(name)).with_context(|| name.clone())?.len();
        text += &format!("{bytes:>12}  {name}\n");
    }
    Ok(text
        + &format!(
            "opened again: its embeddings differ by {difference:.1e} of the largest value from those stored with it\n"
        ))
}
