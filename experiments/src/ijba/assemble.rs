//! From finished rows to [`Results`].

use crate::paper;
use crate::report::{
    self, DataInfo, Failures, RankCell, Results, Row, SeedResult, SeedRun, SplitResult, TarCell, TpirCell,
};
use crate::study::config::{Config, PaperTable};
use crate::study::row::RowResult;
use crate::study::run::SeedRows;
use crate::study::summary::{self, DataNames};
use anyhow::{Context, Result};
use l2face_eval::IjbaResult;

type Seed = SeedRows<IjbaResult>;

/// Puts the rows of all seeds together.
pub(super) fn results(config: &Config, seeds: &[Seed], command: &str) -> Result<Results> {
    let first = seeds.first().context("no seed was run")?;
    let rows = (0..config.rows.len()).map(|i| row(config, seeds, i)).collect::<Result<Vec<_>>>()?;
    let classes = first.faces.train_people;
    let names = DataNames {
        generated: "generated faces in IJB-A's layout",
        statement: DataInfo::GENERATED,
        folder: &config.data.ijba,
    };
    Ok(Results {
        schema: report::SCHEMA,
        experiment: config.experiment.to_string(),
        weights: None,
        data: summary::data_info(config, seeds, &names, command),
        config: serde_json::to_value(config)?,
        alpha_lower_bound: summary::bound(classes)?,
        alignment: summary::alignment(summary::worlds(config, seeds)),
        failures: failures(summary::worlds(config, seeds)),
        warnings: warnings(config, classes, &rows)?,
        rows,
        paper: match config.data.paper {
            PaperTable::MsSmall => paper::ijba_ms_small(),
            PaperTable::MsLarge => paper::ijba_ms_large(),
        },
    })
}

fn row(config: &Config, seeds: &[Seed], index: usize) -> Result<Row> {
    let name = &config.rows[index];
    let runs: Vec<SeedRun> = seeds.iter().map(|s| seed_run(s.seed, &s.rows[index])).collect();
    let id = summary::row_id(config, name, seeds[0].faces.train_people)?;
    let norm_bins: Vec<_> = seeds.iter().map(|s| s.rows[index].measured.norm_bins.clone()).collect();
    Ok(Row::from_seeds(id, &runs, summary::norm_quality(seeds, index))?.with_norm_tar(&norm_bins))
}

fn seed_run(seed: u64, row: &RowResult<IjbaResult>) -> SeedRun {
    SeedRun {
        result: SeedResult {
            seed,
            final_loss: row.trained.final_loss,
            earlier_loss: row.trained.earlier_loss,
            splits: row.measured.splits.iter().map(split).collect(),
        },
        alpha_final: row.trained.alpha,
        loss_curve: row.trained.curve.clone(),
        roc: row.measured.splits.iter().map(|s| s.verify.roc.clone()).collect(),
    }
}

fn split(s: &l2face_eval::SplitResult) -> SplitResult {
    let tar = |t: &l2face_eval::TarRow| TarCell {
        far: t.far,
        conservative: t.conservative,
        interp: t.interp,
        k_zero: t.k_zero,
    };
    SplitResult {
        split: s.split,
        genuine: s.verify.genuine,
        impostor: s.verify.impostor,
        tar: s.verify.tar.iter().map(tar).collect(),
        rank: s.search.ranks.iter().map(|r| RankCell { k: r.rank, rate: r.rate }).collect(),
        tpir: s.search.tpir.iter().map(|t| TpirCell { fpir: t.target, rate: t.tpir, k_zero: t.k_zero }).collect(),
    }
}

/// Counted once a seed: which faces fail to enrol does not depend on the row.
fn failures(seeds: &[Seed]) -> Failures {
    let mut all = Failures::default();
    for ijba in seeds.iter().filter_map(|s| s.rows.first()).map(|row| &row.measured) {
        all.faces += ijba.faces.failed;
        all.comparisons += ijba.norm_bins.failed_pairs;
        for split in &ijba.splits {
            all.templates += split.verify.failed_templates;
            all.gallery += split.search.failed_gallery;
            all.probes += split.search.failed_probes;
        }
    }
    all
}

fn warnings(config: &Config, classes: usize, rows: &[Row]) -> Result<Vec<String>> {
    let mut all = summary::warnings(config, classes)?;
    for row in rows {
        for cell in row.mean.tar.iter().filter(|cell| cell.k_zero_splits > 0) {
            let text = format!("TAR at FAR {:e}: {} splits have too few impostors for one false accept; the rate there is the one at none (k=0)", cell.far, cell.k_zero_splits);
            if !all.contains(&text) {
                all.push(text);
            }
        }
    }
    Ok(all)
}
