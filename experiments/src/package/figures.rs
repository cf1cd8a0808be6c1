//! Every figure of `results.json`, as the card's metadata have it.
use crate::report::{DataKind, Results, Row, Stat};
use crate::study::config::Config;
use anyhow::{Context, Result};
use l2face_model::{Dataset, Evaluation, Figure, Task};
use serde_json::{json, Value};
use std::collections::BTreeMap;

type Args = BTreeMap<String, Value>;

/// Verification and identification of the only row.
///
/// # Errors
/// Results without a row.
pub(super) fn evaluations(results: &Results, config: &Config, eval_name: &str) -> Result<Vec<Evaluation>> {
    let row = results.rows.first().context("results without a row")?;
    let splits = row.per_seed.first().context("a row without a seed")?.splits.len();
    let dataset = |protocol: &str| -> Result<Dataset> {
        let r#type = match results.data.kind {
            DataKind::Generated => "l2face-generated".into(),
            DataKind::Real => slug(eval_name),
        };
        let protocol = format!("IJB-A {protocol}, {splits} splits");
        Ok(Dataset { r#type, name: eval_name.into(), args: conditions(config, &protocol)? })
    };
    let task = |kind: &str, name: &str| Task { r#type: kind.into(), name: name.into() };
    Ok(vec![
        Evaluation {
            task: task("face-verification", "Face verification (1:1)"),
            dataset: dataset("1:1")?,
            metrics: verification(row, splits),
        },
        Evaluation {
            task: task("face-identification", "Face identification (1:N)"),
            dataset: dataset("1:N")?,
            metrics: identification(row, splits),
        },
    ])
}

/// What a figure depends on beside the network.
fn conditions(config: &Config, protocol: &str) -> Result<Args> {
    let (input, evaluate) = (config.preproc()?, &config.evaluate);
    let crop = format!("{} {}x{}", input.target.framing(), input.target.width, input.target.height);
    let colours = format!("{}, (x - {}) x {}", input.order, input.mean, input.scale);
    let all = json!({"protocol": protocol, "align": config.data.align.to_string(), "crop": crop, "colours": colours,
        "flip": evaluate.flip, "pooling": evaluate.pooling, "seed": config.seeds.first()});
    Ok(serde_json::from_value(all)?)
}

fn verification(row: &Row, splits: usize) -> Vec<Figure> {
    let mut all = vec![];
    for cell in &row.mean.tar {
        for (mode, stat) in [("conservative", cell.conservative), ("interpolated", cell.interp)] {
            let name = format!("TAR at FAR {:e}, {mode}", cell.far);
            let more = json!({"far": cell.far, "mode": mode, "splits_with_too_few_impostors": cell.k_zero_splits});
            all.push(figure("tar-at-far", name, stat, splits, more));
        }
    }
    for (third, cell) in row.norm_tar.iter().enumerate() {
        let Some(value) = cell.tar else { continue };
        let which = ["lowest", "middle", "highest"].get(third).copied().unwrap_or("another");
        let name = format!("TAR at FAR {:e}, conservative, {which} third of feature norms", cell.far);
        let args = json!({"far": cell.far, "mode": "conservative", "norms": [cell.norm_lo, cell.norm_hi],
            "too_few_impostors": cell.k_zero});
        all.push(Figure { r#type: "tar-at-far-by-norm".into(), name, value, args: object(args) });
    }
    all
}

fn identification(row: &Row, splits: usize) -> Vec<Figure> {
    let rank = |(k, stat): &(usize, Stat)| {
        figure("identification-rate", format!("rank {k}"), *stat, splits, json!({"rank": k, "mode": "closed set"}))
    };
    let tpir = |(fpir, stat): &(f64, Stat)| {
        let args = json!({"fpir": fpir, "mode": "conservative"});
        figure("tpir-at-fpir", format!("TPIR at FPIR {fpir:e}"), *stat, splits, args)
    };
    row.mean.rank.iter().map(rank).chain(row.mean.tpir.iter().map(tpir)).collect()
}

/// A mean over the splits, with the interval of one deviation on either side.
fn figure(r#type: &str, name: String, stat: Stat, splits: usize, more: Value) -> Figure {
    let mut args = object(more);
    args.insert("interval".into(), json!([stat.mean - stat.std, stat.mean + stat.std]));
    args.insert("interval_is".into(), json!("mean - std, mean + std; population std over the splits"));
    args.insert("std".into(), json!(stat.std));
    args.insert("splits".into(), json!(splits));
    Figure { r#type: r#type.into(), name, value: stat.mean, args }
}

fn object(value: Value) -> Args {
    match value {
        Value::Object(map) => map.into_iter().collect(),
        _ => Args::new(),
    }
}

/// Small letters, digits and dashes.
fn slug(name: &str) -> String {
    let plain: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        "data".into()
    } else {
        parts.join("-")
    }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn names_become_short() {
        assert_eq!([slug("IJB-A (NIST)"), slug("lfw_ijba"), slug("顔")], ["ijb-a-nist", "lfw-ijba", "data"]);
    }
}
