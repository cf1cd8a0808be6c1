//! The figures of `cargo xtask evaluate`.
use super::build::{identification, object, verification, with_input};
use super::{folds, ijbbc, slug, splits};
use crate::evaluate::{cli::Set, Results};
use anyhow::Result;
use l2face_eval::{FaceCounts, IjbBcResult, IjbaResult, SearchResult, VerifyResult};
use l2face_model::{Dataset, Evaluation, Figure, Task};
use serde_json::{json, Value};

/// One for each task that was measured.
pub(super) fn evaluations(results: &Results, name: &str) -> Result<Vec<Evaluation>> {
    let mut all = vec![];
    if results.accuracy.is_some() || results.folds.is_some() {
        all.push(evaluation(results, name, verification(), of_pairs(results)?)?);
    }
    if let Some(r) = &results.ijba {
        let args = json!({"protocol": format!("IJB-A 1:1, {} splits", r.splits.len()), "failures": failed(&r.faces, of_1_1(r))});
        let mut metrics = splits::verification(r);
        folds::with_identities(&mut metrics, &results.by_identity, "all splits' comparisons, one threshold");
        all.push(evaluation(results, name, verification(), (args, metrics))?);
        let args = json!({"protocol": format!("IJB-A 1:N, {} splits", r.splits.len()), "failures": failed(&r.faces, of_1_n(r))});
        all.push(evaluation(results, name, identification(), (args, splits::identification(r)))?);
    }
    if let Some(r) = &results.ijbbc {
        all.extend(of_ijbbc(results, name, r)?);
    }
    Ok(all)
}

fn of_ijbbc(results: &Results, name: &str, r: &IjbBcResult) -> Result<Vec<Evaluation>> {
    let set = format!("IJB-{:?}", r.set);
    let failures = failed(&r.faces, verify_counts([&r.verify]));
    let args = json!({"protocol": format!("{set} 1:1"), "genuine": r.verify.genuine, "impostor": r.verify.impostor, "failures": failures});
    let mut metrics = ijbbc::verification(r)?;
    folds::with_identities(&mut metrics, &results.by_identity, "all comparisons");
    let mut all = vec![evaluation(results, name, verification(), (args, metrics))?];
    if r.search.is_some() {
        let failures = failed(&r.faces, search_counts(&r.galleries));
        let args = json!({"protocol": format!("{set} 1:N, {} galleries", r.galleries.len()), "failures": failures});
        all.push(evaluation(results, name, identification(), (args, ijbbc::identification(r)?))?);
    }
    Ok(all)
}

fn of_pairs(results: &Results) -> Result<(Value, Vec<Figure>)> {
    let mut metrics = vec![];
    let mut args = json!({});
    if let Some(a) = &results.accuracy {
        args["protocol"] = json!(protocol(results.set, a.folds.len()));
        metrics.push(folds::accuracy(a)?);
    }
    if let Some(rates) = &results.folds {
        args["list"] = folds::list(&rates.list)?;
        (args["genuine"], args["impostor"]) = (json!(rates.genuine), json!(rates.impostor));
        args["failures"] = json!({"templates": rates.failed_templates, "comparisons": rates.failed_pairs});
        metrics.extend(folds::rates(rates, &results.by_identity));
    }
    Ok((args, metrics))
}

fn protocol(set: Set, folds: usize) -> String {
    let set = match set {
        Set::Ytf => "YouTube Faces",
        Set::Bin => "verification set",
        _ => "LFW",
    };
    match folds {
        1 => format!("{set}, one list, the threshold chosen on another"),
        n => format!("{set}, {n} folds"),
    }
}

fn evaluation(results: &Results, name: &str, task: Task, (own, metrics): (Value, Vec<Figure>)) -> Result<Evaluation> {
    let mut own = object(own);
    if let Some(Value::Object(failures)) = own.get_mut("failures") {
        failures.insert("policy".into(), json!(results.failures));
    }
    let align = json!({"align": results.align, "aligned": results.sources, "antialias": results.model.antialias, "pooling": results.pooling,
        "warnings": results.warnings});
    let mut args = with_input(&results.model.input, align);
    args.append(&mut own);
    Ok(Evaluation { task, dataset: Dataset { r#type: slug(name), name: name.into(), args }, metrics })
}

/// The counts of faces beside others.
fn failed(faces: &FaceCounts, mut counts: Value) -> Value {
    counts["faces"] = json!(faces.failed);
    counts["faces_in_all"] = json!(faces.total);
    counts["centre_cropped"] = json!(faces.centre_cropped);
    counts
}

fn of_1_1(r: &IjbaResult) -> Value {
    verify_counts(r.splits.iter().map(|s| &s.verify))
}

fn of_1_n(r: &IjbaResult) -> Value {
    search_counts(r.splits.iter().map(|s| &s.search))
}

fn verify_counts<'a>(all: impl IntoIterator<Item = &'a VerifyResult>) -> Value {
    let (templates, dropped) = all.into_iter().fold((0, 0), |(t, d), v| (t + v.failed_templates, d + v.dropped_pairs));
    json!({"templates": templates, "comparisons_left_out": dropped})
}

fn search_counts<'a>(all: impl IntoIterator<Item = &'a SearchResult>) -> Value {
    let add = |(g, p, d): (usize, usize, usize), s: &SearchResult| {
        (g + s.failed_gallery, p + s.failed_probes, d + s.dropped_probes)
    };
    let (gallery, probes, dropped) = all.into_iter().fold((0, 0, 0), add);
    json!({"gallery": gallery, "probes": probes, "probes_left_out": dropped})
}
