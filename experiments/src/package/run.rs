//! From a run to a folder.
use super::card::card;
use super::cli::Args;
use super::paths::{shortened, without_folders};
use super::weights;
use crate::ijba::one_row::one_row;
use crate::report::{self, Results};
use crate::row_name::has_tpe;
use crate::study::{config::Config, row, row::RowResult};
use anyhow::{bail, ensure, Context, Result};
use candle_core::Device;
use l2face_head::{Alpha, HeadConfig};
use l2face_model::{audit, write, Audit, Contents, License, ModelConfig, Staged, METRICS};
use std::path::Path;

/// Makes the folder; what was made, in words.
///
/// # Errors
/// No licence; a run that is not finished; a row or seed that must be named; an `OUT` that is there; weights that do not give the embeddings
/// that were stored with them.
pub fn package(args: &Args) -> Result<String> {
    let license =
        License::new(args.license.as_deref().unwrap_or(""), args.license_link.as_deref()).context("--license")?;
    let all = results(&args.run)?;
    let run: Config = serde_json::from_value(all.config.clone()).context("results.json: its configuration")?;
    let (row, seed) = (chosen_row(args, &run)?, chosen_seed(args, &run)?);
    let config = Config { rows: vec![row.clone()], seeds: vec![seed], ..without_folders(&run) };
    let (results, done) = one_row(&config, &args.run, &shortened(&all.data.command, &run))?;
    let weights = weights::read(&args.run, &run, &row, seed)?;
    let model = model_config(&config, &row, &results, &done)?;
    let card = card(args, license, &results, &config)?;

    let staged = Staged::new(&args.out, args.force)?;
    report::write_all(&results, staged.path())?;
    copy_log(&row::folder(&args.run, &row, seed), staged.path())?;
    let head = args.with_head.then_some(&weights.head);
    write(staged.path(), &Contents { config: &model, weights: &weights.backbone, head, card: &card })?;
    let found = audit(staged.path(), &Device::Cpu)?;
    ensure!(found.card == card.metadata(), "the card did not come back as it was written: please report this");
    staged.publish()?;
    said(args, &found, &row, seed)
}

fn results(run: &Path) -> Result<Results> {
    let path = run.join("results.json");
    let text = std::fs::read(&path)
        .with_context(|| format!("{}: not a finished run of `cargo xtask reproduce ijba`", path.display()))?;
    let results: Results = serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
    results.check().with_context(|| path.display().to_string())?;
    ensure!(
        results.experiment == "ijba",
        "{}: of the experiment {}; packaged are runs of ijba",
        path.display(),
        results.experiment
    );
    Ok(results)
}

/// The row that was asked for, or the only network.
fn chosen_row(args: &Args, run: &Config) -> Result<String> {
    let networks: Vec<&String> = run.rows.iter().filter(|row| !has_tpe(row)).collect();
    let names = || networks.iter().map(|row| row.as_str()).collect::<Vec<_>>().join(", ");
    match (&args.row, &networks[..]) {
        (Some(row), _) if has_tpe(row) => {
            bail!("--row {row}: TPE is trained anew on every split and is no part of a model; package the network, --row {}", row.trim_end_matches("+tpe"))
        }
        (Some(row), all) => match all.iter().find(|known| **known == row) {
            Some(row) => Ok((*row).clone()),
            None => bail!("--row {row}: the run has {}", names()),
        },
        (None, [only]) => Ok((*only).clone()),
        (None, _) => bail!("the run has several networks, name one: --row {}", names()),
    }
}

fn chosen_seed(args: &Args, run: &Config) -> Result<u64> {
    match (args.seed, &run.seeds[..]) {
        (Some(seed), all) if all.contains(&seed) => Ok(seed),
        (None, [only]) => Ok(*only),
        (Some(seed), all) => bail!("--seed {seed}: the run has {all:?}"),
        (None, all) => bail!("the run has several seeds, name one of {all:?}: --seed {}", all.first().unwrap_or(&1)),
    }
}

fn model_config(config: &Config, row: &str, results: &Results, done: &RowResult<impl Sized>) -> Result<ModelConfig> {
    let loss: HeadConfig = row.parse()?;
    let alpha = match loss.alpha() {
        Some(Alpha::Fixed(alpha)) => Some(alpha),
        Some(Alpha::Trained(_)) => done.trained.alpha,
        None => None,
    };
    let made = ModelConfig::new(config.backbone()?, config.crop.antialias, loss, alpha, results.data.train_people);
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
