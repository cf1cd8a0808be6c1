//! Parts of figures.
use anyhow::{Context, Result};
use l2face_image::Preproc;
use l2face_metrics::clopper_pearson;
use l2face_model::{Figure, Task};
use serde_json::{json, Value};
use std::collections::BTreeMap;

pub(super) type Args = BTreeMap<String, Value>;

/// Coverage of intervals.
pub(super) const CONFIDENCE: f64 = 0.95;
/// What an interval is, of rates whose comparisons were counted.
pub(super) const CLOPPER_PEARSON: &str = "95 % Clopper-Pearson, comparisons taken as independent";
/// Of a mean over splits or folds.
pub(super) const DEVIATION: &str = "mean - std, mean + std; population std over the";
/// Of a figure that nobody made one for.
pub(super) const NONE: &str = "none was computed";

/// A figure with its interval, and what that is.
pub(super) fn figure(kind: &str, name: String, value: f64, interval: (Option<[f64; 2]>, &str), more: Value) -> Figure {
    let mut args = object(more);
    args.insert("interval".into(), json!(interval.0));
    args.insert("interval_is".into(), json!(interval.1));
    Figure { r#type: kind.into(), name, value, args }
}

/// A mean over `n` splits or folds, with the interval of one deviation on either side.
pub(super) fn mean(kind: &str, name: String, (mean, std): (f64, f64), over: (&str, usize), more: Value) -> Figure {
    let (what, n) = over;
    let is = format!("{DEVIATION} {what}");
    let mut figure = figure(kind, name, mean, (Some([mean - std, mean + std]), &is), more);
    figure.args.insert("std".into(), json!(std));
    figure.args.insert(what.into(), json!(n));
    figure
}

/// The interval of a share of `n` things that were counted.
///
/// # Errors
/// No thing at all, a share outside [0, 1].
pub(super) fn of_share(share: f64, n: usize) -> Result<[f64; 2]> {
    let (low, high) = clopper_pearson((share * n as f64).round() as usize, n, CONFIDENCE)?;
    Ok([low, high])
}

/// The map of a JSON object.
pub(super) fn object(value: Value) -> Args {
    match value {
        Value::Object(map) => map.into_iter().collect(),
        _ => Args::new(),
    }
}

/// The input of a network in two texts, crop and colours, beside `more`.
pub(super) fn with_input(input: &Preproc, more: Value) -> Args {
    let target = &input.target;
    let mut args = object(more);
    args.insert("crop".into(), format!("{} {}x{}", target.framing(), target.width, target.height).into());
    args.insert("colours".into(), format!("{}, (x - {}) x {}", input.order, input.mean, input.scale).into());
    args
}

pub(super) fn verification() -> Task {
    Task { r#type: "face-verification".into(), name: "Face verification (1:1)".into() }
}

pub(super) fn identification() -> Task {
    Task { r#type: "face-identification".into(), name: "Face identification (1:N)".into() }
}

/// The last part of a path, as text.
pub(super) fn file_name(path: &std::path::Path) -> Result<String> {
    let name = path.file_name().with_context(|| format!("`{}` names no file", path.display()))?;
    Ok(name.to_string_lossy().into_owned())
}

/// Small letters, digits and dashes.
pub(in crate::package) fn slug(name: &str) -> String {
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
