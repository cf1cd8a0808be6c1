//! The figures of `reproduce lfw` and `ytf`.
use super::build::{verification, with_input};
use super::folds;
use super::ijba::{align, kind};
use crate::report::pairs::PairResults;
use crate::study::config::{Config, Experiment};
use anyhow::{Context, Result};
use l2face_eval::FailurePolicy;
use l2face_model::{Dataset, Evaluation};
use serde_json::json;

/// Verification by the only row's only seed.
pub(super) fn evaluations(results: &PairResults, config: &Config, name: &str) -> Result<Vec<Evaluation>> {
    let row = results.rows.first().context("results without a row")?;
    let seed = row.per_seed.first().context("a row without a seed")?;
    let set = match config.experiment {
        Experiment::Ytf => "YouTube Faces",
        _ => "LFW",
    };
    let (evaluate, rates) = (&config.evaluate, &seed.rates);
    let args = json!({"protocol": format!("{set}, {} folds", seed.accuracy.folds.len()), "list": folds::list(&rates.list)?, "align": align(config),
        "aligned": results.alignment.eval, "flip": evaluate.flip, "pooling": evaluate.pooling, "seed": seed.seed, "max_frames": config.data.max_frames,
        "warnings": results.warnings,         "genuine": rates.genuine, "impostor": rates.impostor, "failures": {"policy": FailurePolicy::default(), "faces": seed.failed_faces,
        "templates": rates.failed_templates, "comparisons": rates.failed_pairs}});
    let args = with_input(&config.preproc()?, args);
    let dataset = Dataset { r#type: kind(results.data.kind, name), name: name.into(), args };
    let mut metrics = vec![folds::accuracy(&seed.accuracy)?];
    metrics.extend(folds::rates(rates, &seed.by_identity));
    Ok(vec![Evaluation { task: verification(), dataset, metrics }])
}
