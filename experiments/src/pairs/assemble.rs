//! From finished rows to [`PairResults`].

use super::measure::{accuracy_mode, Measured, FAR_MODE};
use crate::paper::accuracy;
use crate::report::pairs::{PairResults, PairRow, PairRun, SeedPairs, SCHEMA};
use crate::study::config::{Config, Experiment, PaperTable};
use crate::study::row::RowResult;
use crate::study::run::SeedRows;
use crate::study::summary::{self, DataNames};
use anyhow::{Context, Result};

type Seed = SeedRows<Measured>;

const GENERATED: &str = "These are generated faces, drawn by a program and arranged in the data set's layout, so that this run needs no \
    data at all. Its figures say whether the code works and whether the paper's picture appears on such faces. They say nothing about \
    photographs and cannot be compared with anybody's figures on the real set.";

/// Puts the rows of all seeds together.
pub(super) fn results(config: &Config, seeds: &[Seed], more: &[String], command: &str) -> Result<PairResults> {
    let first = seeds.first().context("no seed was run")?;
    let classes = first.faces.train_people;
    let rows = (0..config.rows.len()).map(|i| row(config, seeds, i)).collect::<Result<Vec<_>>>()?;
    let list = rows.first().and_then(|r| r.per_seed.first()).map(|s| s.rates.list.clone());
    let mut warnings = summary::warnings(config, classes)?;
    warnings.extend_from_slice(more);
    Ok(PairResults {
        schema: SCHEMA.into(),
        experiment: config.experiment.to_string(),
        weights: None,
        data: summary::data_info(config, seeds, &names(config), command),
        config: serde_json::to_value(config)?,
        alpha_lower_bound: summary::bound(classes)?,
        alignment: summary::alignment(summary::worlds(config, seeds)),
        list: list.context("no row was run")?,
        accuracy_mode: accuracy_mode(config),
        far_mode: FAR_MODE,
        rows,
        paper: match (config.experiment, config.data.paper) {
            (Experiment::Ytf, _) => accuracy::ytf(),
            (_, PaperTable::MsSmall) => accuracy::lfw_ms_small(),
            (_, PaperTable::MsLarge) => accuracy::lfw_ms_large(),
        },
        warnings,
    })
}

fn names(config: &Config) -> DataNames<'_> {
    let generated = match config.experiment {
        Experiment::Ytf => "generated videos in YouTube Faces' layout",
        _ => "generated faces in LFW's layout",
    };
    DataNames { generated, statement: GENERATED, folder: &config.data.set }
}

fn row(config: &Config, seeds: &[Seed], index: usize) -> Result<PairRow> {
    let runs: Vec<PairRun> = seeds.iter().map(|s| run(s.seed, &s.rows[index])).collect();
    let id = summary::row_id(config, &config.rows[index], seeds[0].faces.train_people)?;
    PairRow::from_seeds(id, &runs, summary::norm_quality(seeds, index))
}

fn run(seed: u64, row: &RowResult<Measured>) -> PairRun {
    PairRun {
        measured: SeedPairs {
            seed,
            final_loss: row.trained.final_loss,
            earlier_loss: row.trained.earlier_loss,
            failed_faces: row.measured.failed_faces,
            accuracy: row.measured.accuracy.clone(),
            rates: row.measured.rates.clone(),
            by_identity: row.measured.by_identity.clone(),
        },
        val_folds: row.measured.val_folds.clone(),
        alpha_final: row.trained.alpha,
        loss_curve: row.trained.curve.clone(),
    }
}
