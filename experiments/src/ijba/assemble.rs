//! From finished rows to [`Results`].

use super::config::{Config, DataKind, PaperTable};
use super::quality::norm_bins;
use super::row::RowResult;
use super::run::SeedRows;
use crate::paper;
use crate::report::{
    self, Alignment, Bound, DataInfo, Failures, NormBin, RankCell, Results, Row, RowId, SeedResult, SeedRun,
    SplitResult, TarCell, TpirCell,
};
use crate::row_name::{trained_name, RowName};
use anyhow::{Context, Result};
use l2face_head::{alpha_lower_bound, Alpha, HeadConfig};
use l2face_image::AlignPolicy;
use std::collections::{BTreeMap, BTreeSet};

const P: f64 = 0.9;

/// Puts the rows of all seeds together.
pub(super) fn results(config: &Config, seeds: &[SeedRows], command: &str) -> Result<Results> {
    let first = seeds.first().context("no seed was run")?;
    let rows = (0..config.rows.len()).map(|i| row(config, seeds, i)).collect::<Result<Vec<_>>>()?;
    let classes = first.faces.train_people;
    Ok(Results {
        schema: report::SCHEMA,
        experiment: config.experiment.clone(),
        data: data_info(config, seeds, command),
        config: serde_json::to_value(config)?,
        alpha_lower_bound: Bound { classes, p: P, value: alpha_lower_bound(classes, P)? },
        alignment: alignment(worlds(config, seeds)),
        failures: failures(worlds(config, seeds)),
        warnings: warnings(config, classes, &rows)?,
        rows,
        paper: match config.data.paper {
            PaperTable::MsSmall => paper::ijba_ms_small(),
            PaperTable::MsLarge => paper::ijba_ms_large(),
        },
    })
}

fn row(config: &Config, seeds: &[SeedRows], index: usize) -> Result<Row> {
    let name = &config.rows[index];
    let runs: Vec<SeedRun> = seeds.iter().map(|s| seed_run(s.seed, &s.rows[index])).collect();
    let id = row_id(config, name, seeds[0].faces.train_people)?;
    let norm_bins: Vec<_> = seeds.iter().map(|s| s.rows[index].ijba.norm_bins.clone()).collect();
    Ok(Row::from_seeds(id, &runs, norm_quality(seeds, index))?.with_norm_tar(&norm_bins))
}

fn row_id(config: &Config, name: &str, classes: usize) -> Result<RowId> {
    let row: RowName = name.parse()?;
    let alpha = row.head.alpha();
    let alpha_trained = matches!(alpha, Some(Alpha::Trained(_)));
    let alpha = alpha.map(|alpha| alpha.start(classes)).transpose()?;
    let mut label = match (alpha, alpha_trained) {
        (None, _) => row.head.to_string(),
        (Some(_), true) => "alpha trained".to_string(),
        (Some(alpha), false) => format!("alpha {alpha}"),
    };
    if row.tpe {
        label += " + TPE";
    }
    Ok(RowId { name: name.to_string(), label, alpha, alpha_trained, learning_rate: config.learning_rate(name)? })
}

fn seed_run(seed: u64, row: &RowResult) -> SeedRun {
    SeedRun {
        result: SeedResult {
            seed,
            final_loss: row.trained.final_loss,
            earlier_loss: row.trained.earlier_loss,
            splits: row.ijba.splits.iter().map(split).collect(),
        },
        alpha_final: row.trained.alpha,
        loss_curve: row.trained.curve.clone(),
        roc: row.ijba.splits.iter().map(|s| s.verify.roc.clone()).collect(),
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

/// Norm against quality over all seeds' faces.
fn norm_quality(seeds: &[SeedRows], index: usize) -> Option<Vec<NormBin>> {
    let mut pairs = vec![];
    for seed in seeds {
        let quality = seed.faces.quality.as_ref()?;
        pairs.extend(quality.iter().zip(&seed.rows[index].norms).filter_map(|(q, n)| Some((*q, (*n)?))));
    }
    Some(norm_bins(&pairs))
}

fn data_info(config: &Config, seeds: &[SeedRows], command: &str) -> DataInfo {
    let faces = &seeds[0].faces;
    let generated = config.data.kind == DataKind::Generated;
    let name = |path: &Option<std::path::PathBuf>| path.as_ref().map_or(String::new(), |p| p.display().to_string());
    let pick = |generated_name: &str, path| if generated { generated_name.to_string() } else { name(path) };
    DataInfo {
        kind: if generated { report::DataKind::Generated } else { report::DataKind::Real },
        name: pick("generated faces in IJB-A's layout", &config.data.ijba),
        train_name: pick("generated faces of other people", &config.data.train),
        train_people: faces.train_people,
        train_images: faces.train_images,
        eval_faces: faces.test_faces,
        seeds: config.seeds.clone(),
        selection_seed: config.rates_chosen_on_seed(),
        statement: if generated { DataInfo::GENERATED.to_string() } else { statement(config) },
        command: command.to_string(),
    }
}

fn statement(config: &Config) -> String {
    let training = match config.data.landmarks.len() {
        0 => "training photographs were taken whole".to_string(),
        files => format!("training photographs were aligned by {files} landmark file(s)"),
    };
    format!(
        "These are the photographs of the named folders; {training}, test faces by the policy \"{}\". A rate is comparable \
         with a published one only on the same protocol, the same training set and the same alignment.",
        config.data.align
    )
}

/// The seeds whose faces differ: all of generated ones, one of real ones.
fn worlds<'a>(config: &Config, seeds: &'a [SeedRows]) -> &'a [SeedRows] {
    match config.data.kind {
        DataKind::Generated => seeds,
        DataKind::Real => &seeds[..1],
    }
}

fn alignment(seeds: &[SeedRows]) -> Alignment {
    let mut all = Alignment::default();
    for faces in seeds.iter().map(|s| &s.faces) {
        add(&mut all.train, &faces.train_sources);
        add(&mut all.eval, &faces.test_sources);
        all.rejected_points += faces.rejected;
        all.dropped_train += faces.dropped_train;
        all.dropped_eval += faces.dropped_test;
    }
    all
}

fn add(total: &mut BTreeMap<String, usize>, counts: &BTreeMap<String, usize>) {
    for (source, count) in counts {
        *total.entry(source.clone()).or_default() += count;
    }
}

/// Counted once a seed: which faces fail to enrol does not depend on the row.
fn failures(seeds: &[SeedRows]) -> Failures {
    let mut all = Failures::default();
    for ijba in seeds.iter().filter_map(|s| s.rows.first()).map(|row| &row.ijba) {
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
    let mut all = vec![];
    let networks: BTreeSet<&str> = config.rows.iter().map(|row| trained_name(row)).collect();
    for name in networks {
        let head: HeadConfig = name.parse()?;
        all.extend(head.check(config.model.embedding(), classes)?.iter().map(|w| format!("{name}: {w}")));
    }
    if config.data.kind == DataKind::Real && config.data.landmarks.is_empty() {
        all.push("No --landmarks: training photographs were taken whole, as if they were aligned already".into());
    }
    if config.data.kind == DataKind::Real && !matches!(config.data.align, AlignPolicy::Auto | AlignPolicy::Landmarks) {
        let policy = config.data.align;
        all.push(format!(
            "Test faces were aligned by --align {policy}, training photographs by landmarks: crops may differ"
        ));
    }
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
