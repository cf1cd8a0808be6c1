//! The figures of `reproduce ijba`.
use super::build::{figure, identification, mean, verification, with_input};
use super::{slug, GENERATED};
use crate::report::{DataKind, NormTar, Results, Row, Stat};
use crate::study::config::Config;
use anyhow::{Context, Result};
use l2face_eval::FailurePolicy;
use l2face_model::{Dataset, Evaluation, Figure};
use serde_json::json;

/// The thirds of the feature norms, from the lowest.
pub(super) const THIRDS: [&str; 3] = ["lowest", "middle", "highest"];

/// Verification and identification of the only row.
pub(super) fn evaluations(results: &Results, config: &Config, name: &str) -> Result<Vec<Evaluation>> {
    let row = results.rows.first().context("results without a row")?;
    let splits = row.per_seed.first().context("a row without a seed")?.splits.len();
    let dataset = |protocol: &str| dataset(results, config, name, &format!("IJB-A {protocol}, {splits} splits"));
    Ok(vec![
        Evaluation { task: verification(), dataset: dataset("1:1")?, metrics: verified(row, splits) },
        Evaluation { task: identification(), dataset: dataset("1:N")?, metrics: identified(row, splits) },
    ])
}

fn dataset(results: &Results, config: &Config, name: &str, protocol: &str) -> Result<Dataset> {
    let kind = kind(results.data.kind, name);
    let (failures, evaluate) = (&results.failures, &config.evaluate);
    let args = json!({"protocol": protocol, "align": align(config), "aligned": results.alignment.eval, "flip": evaluate.flip,
        "pooling": evaluate.pooling, "seed": config.seeds.first(), "warnings": results.warnings, "failures": {"policy": FailurePolicy::default(), "faces": failures.faces,
        "templates": failures.templates, "comparisons": failures.comparisons, "gallery": failures.gallery, "probes": failures.probes}});
    Ok(Dataset { r#type: kind, name: name.into(), args: with_input(&config.preproc()?, args) })
}

/// The type of the data.
pub(super) fn kind(kind: DataKind, name: &str) -> String {
    match kind {
        DataKind::Generated => GENERATED.into(),
        DataKind::Real => slug(name),
    }
}

/// What aligned the test faces.
pub(super) fn align(config: &Config) -> String {
    match config.data.detector {
        Some(_) => format!("detect, then {}", config.data.align),
        None => config.data.align.to_string(),
    }
}

fn verified(row: &Row, splits: usize) -> Vec<Figure> {
    let mut all = vec![];
    for cell in &row.mean.tar {
        for (mode, stat) in [("conservative", cell.conservative), ("interpolated", cell.interp)] {
            let name = format!("TAR at FAR {:e}, {mode}", cell.far);
            let more = json!({"far": cell.far, "mode": mode, "splits_with_too_few_impostors": cell.k_zero_splits});
            all.push(mean("tar-at-far", name, pair(&stat), ("splits", splits), more));
        }
    }
    all.extend(THIRDS.iter().zip(&row.norm_tar).filter_map(|(which, cell)| third(which, cell)));
    all
}

fn pair(stat: &Stat) -> (f64, f64) {
    (stat.mean, stat.std)
}

/// None where the third has no rate.
fn third(which: &str, cell: &NormTar) -> Option<Figure> {
    let name = third_name(cell.far, which);
    let args = json!({"far": cell.far, "mode": "conservative", "norms": [cell.norm_lo, cell.norm_hi], "too_few_impostors": cell.k_zero});
    Some(figure("tar-at-far-by-norm", name, cell.tar?, (cell.interval, POOLED), args))
}

/// What the interval of a third is: the splits share people, which makes the true one wider.
pub(super) const POOLED: &str = "95 % Clopper-Pearson, the genuine comparisons of all splits taken as independent";

pub(super) fn third_name(far: f64, which: &str) -> String {
    format!("TAR at FAR {far:e}, conservative, {which} third of feature norms")
}

fn identified(row: &Row, splits: usize) -> Vec<Figure> {
    let over = ("splits", splits);
    let rank = |(k, stat): &(usize, Stat)| {
        mean("identification-rate", format!("rank {k}"), pair(stat), over, json!({"rank": k, "mode": "closed set"}))
    };
    let tpir = |(fpir, stat): &(f64, Stat)| {
        let args = json!({"fpir": fpir, "mode": "conservative"});
        mean("tpir-at-fpir", format!("TPIR at FPIR {fpir:e}"), pair(stat), over, args)
    };
    row.mean.rank.iter().map(rank).chain(row.mean.tpir.iter().map(tpir)).collect()
}
