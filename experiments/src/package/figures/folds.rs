//! Figures of pairs in folds.
use super::build::{figure, file_name, CLOPPER_PEARSON, DEVIATION, NONE};
use crate::folds::{AccuracyPercent, FoldRates, Tar};
use anyhow::Result;
use l2face_eval::ListUsed;
use l2face_metrics::{BootstrapInterval, FarMode};
use l2face_model::Figure;
use serde_json::{json, Value};

/// The FAR of facenet's VAL.
const VAL: f64 = 1e-3;
/// What an interval of a rate is where comparisons share people.
pub(super) const BY_IDENTITY: &str = "95 % by resampling people";

/// Which list, without its folder.
pub(super) fn list(list: &ListUsed) -> Result<Value> {
    let errata = list.errata.as_ref().map(|errata| file_name(&errata.file)).transpose()?;
    Ok(json!({"file": file_name(&list.file)?, "form": list.form, "errata": errata}))
}

/// Accuracy over folds, or at the threshold of another list.
pub(super) fn accuracy(a: &AccuracyPercent) -> Result<Figure> {
    let is = "95 % Clopper-Pearson of the pairs decided rightly, taken as independent";
    let mut args = json!({"unit": "%", "mode": a.mode, "std": a.std, "folds": a.folds, "thresholds": a.thresholds, "right": a.right,
        "pairs": a.pairs, "unequal_folds": a.unequal_folds});
    if a.empty_folds > 0 {
        args["empty_folds"] = json!(a.empty_folds);
    }
    if let Some(on) = &a.chosen_on {
        args["chosen_on"] = json!({"list": list(&on.list)?, "pairs": on.pairs, "failed_pairs": on.failed_pairs, "accuracy": on.accuracy});
    }
    Ok(figure("accuracy", format!("accuracy, %, {}", a.mode), a.mean, (Some(a.interval), is), args))
}

/// TAR at each FAR, VAL, EER, AUC; an interval by identity at each rate that has one.
pub(super) fn rates(rates: &FoldRates, by_identity: &[BootstrapInterval]) -> Vec<Figure> {
    let mut all: Vec<Figure> = rates.tar.iter().map(tar).collect();
    if let Some([mean, std, far]) = rates.val {
        let name = format!("VAL at FAR {VAL:e}, facenet's");
        let args = json!({"far": VAL, "mode": "facenet", "achieved_far": far, "std": std});
        let is = format!("{DEVIATION} folds");
        all.push(figure("val-at-far", name, mean, (Some([mean - std, mean + std]), &is), args));
    }
    all.push(figure("eer", "EER".into(), rates.eer, (None, NONE), json!({})));
    all.push(figure("auc", "AUC".into(), rates.auc, (None, NONE), json!({})));
    with_identities(&mut all, by_identity, "all pairs");
    all
}

fn tar(t: &Tar) -> Figure {
    let args = json!({"far": t.far, "mode": t.mode, "threshold": t.threshold, "achieved_far": t.achieved_far, "too_few_impostors": t.k_zero});
    figure("tar-at-far", format!("TAR at FAR {:e}, {}", t.far, t.mode), t.tar, (Some(t.interval), of(t.mode)), args)
}

/// An interpolated rate has no comparisons of its own.
fn of(mode: FarMode) -> &'static str {
    match mode {
        FarMode::Interp => "95 % Clopper-Pearson at the conservative threshold, comparisons taken as independent",
        _ => CLOPPER_PEARSON,
    }
}

/// Puts each interval to the conservative rate that it is of, or beside the others as a rate over `comparisons`.
pub(super) fn with_identities(all: &mut Vec<Figure>, intervals: &[BootstrapInterval], comparisons: &str) {
    let mode = json!(FarMode::Conservative);
    for i in intervals {
        let more = json!({"interval": [i.low, i.high], "people": i.identities, "replicates": i.replicates, "undefined": i.undefined});
        let same = |f: &&mut Figure| {
            f.r#type == "tar-at-far"
                && f.value == i.tar
                && f.args.get("mode") == Some(&mode)
                && f.args.get("far") == Some(&json!(i.target))
        };
        match all.iter_mut().find(same) {
            Some(figure) => drop(figure.args.insert("by_identity".into(), more)),
            None => all.push(pooled(i, comparisons)),
        }
    }
}

fn pooled(i: &BootstrapInterval, comparisons: &str) -> Figure {
    let args = json!({"far": i.target, "mode": FarMode::Conservative, "comparisons": comparisons, "people": i.identities,
        "replicates": i.replicates, "undefined": i.undefined, "too_few_impostors": i.k_zero});
    let name = format!("TAR at FAR {:e}, conservative, {comparisons}", i.target);
    figure("tar-at-far", name, i.tar, (Some([i.low, i.high]), BY_IDENTITY), args)
}
