//! Figures of `evaluate ijbb` and `ijbc`.
use super::build::{figure, of_share, CLOPPER_PEARSON, CONFIDENCE, NONE};
use anyhow::{Context, Result};
use l2face_eval::{GallerySummary, IjbBcResult, SearchResult, TarRow};
use l2face_metrics::{FarMode, TarAtFar};
use l2face_model::Figure;
use serde_json::json;

/// TAR in both modes, EER, AUC.
pub(super) fn verification(r: &IjbBcResult) -> Result<Vec<Figure>> {
    let tars = r.verify.tar.iter().map(|cell| tar(cell, r)).collect::<Result<Vec<_>>>()?;
    let mut all = tars.concat();
    all.push(figure("eer", "EER".into(), r.verify.eer, (None, NONE), json!({})));
    all.push(figure("auc", "AUC".into(), r.verify.auc, (None, NONE), json!({})));
    Ok(all)
}

/// By both rules that are always there, and by the one that was asked for.
fn tar(cell: &TarRow, r: &IjbBcResult) -> Result<Vec<Figure>> {
    let interval = Some(of_share(cell.conservative, r.verify.genuine)?);
    let at_it = "95 % Clopper-Pearson at the conservative threshold, comparisons taken as independent";
    let of = |mode: &str, value, is: &str| {
        let args = json!({"far": cell.far, "mode": mode, "threshold": cell.threshold, "achieved_far": cell.achieved_far,
            "too_few_impostors": cell.k_zero});
        figure("tar-at-far", format!("TAR at FAR {:e}, {mode}", cell.far), value, (interval, is), args)
    };
    let both = [of("conservative", cell.conservative, CLOPPER_PEARSON), of("interpolated", cell.interp, at_it)];
    Ok(both.into_iter().chain(cell.named.map(|at| named(&at, r.mode)).transpose()?).collect())
}

fn named(at: &TarAtFar, mode: FarMode) -> Result<Figure> {
    let args = json!({"far": at.target, "mode": mode, "threshold": at.threshold, "achieved_far": at.achieved_far,
        "too_few_impostors": at.k_zero});
    let (low, high) = at.interval(CONFIDENCE)?;
    let name = format!("TAR at FAR {:e}, {mode}", at.target);
    Ok(figure("tar-at-far", name, at.tar, (Some([low, high]), CLOPPER_PEARSON), args))
}

/// CMC and TPIR over both galleries; nothing without 1:N.
pub(super) fn identification(r: &IjbBcResult) -> Result<Vec<Figure>> {
    let Some(search) = &r.search else { return Ok(vec![]) };
    Ok([ranks(search, &r.galleries)?, tpirs(search, r)?].concat())
}

fn ranks(search: &GallerySummary, galleries: &[SearchResult]) -> Result<Vec<Figure>> {
    let mated = galleries.iter().map(|gallery| gallery.mated).sum();
    let one = |t: &l2face_eval::RankRate| {
        let interval = Some(of_share(t.rate, mated)?);
        let args = json!({"rank": t.rank, "mode": "closed set", "mated": mated, "galleries": galleries.len()});
        let is = "95 % Clopper-Pearson, mated probes of both galleries taken as independent";
        Ok(figure("identification-rate", format!("rank {}", t.rank), t.rate, (interval, is), args))
    };
    search.ranks.iter().map(one).collect()
}

fn tpirs(search: &GallerySummary, r: &IjbBcResult) -> Result<Vec<Figure>> {
    let galleries = &r.galleries;
    let one = |(i, (fpir, tpir)): (usize, &(f64, f64))| {
        let cells = galleries.iter().map(|gallery| gallery.tpir.get(i).context("a gallery without this FPIR"));
        let cells = cells.collect::<Result<Vec<_>>>()?;
        let ends = cells.iter().map(|cell| of_share(cell.tpir, cell.mated)).collect::<Result<Vec<_>>>()?;
        let mean = |end: usize| ends.iter().map(|e| e[end]).sum::<f64>() / ends.len() as f64;
        let few = cells.iter().filter(|cell| cell.k_zero).count();
        let args = json!({"fpir": fpir, "mode": r.fpir_mode, "mean_of": "the galleries", "galleries": cells.len(), "galleries_with_too_few_probes": few});
        let is =
            "means of the ends of the galleries' 95 % Clopper-Pearson intervals, mated probes taken as independent";
        Ok(figure("tpir-at-fpir", format!("TPIR at FPIR {fpir:e}"), *tpir, (Some([mean(0), mean(1)]), is), args))
    };
    search.tpir.iter().enumerate().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use l2face_metrics::clopper_pearson;

    /// Two galleries of 10 and 30 mated probes; 7 and 15 of them found at rank 1, 4 and 6 above the threshold.
    fn result() -> IjbBcResult {
        let gallery = |mated: usize, tpir: f64| {
            json!({"gallery": 5, "failed_gallery": 0, "probes": 50, "failed_probes": 0, "mated": mated, "non_mated": 20, "ranks": [],
                "tpir": [{"target": 0.1, "rank": 1, "tpir": tpir, "threshold": 0.5, "achieved_fpir": 0.1, "false_alarms": 2, "mated": mated,
                    "non_mated": 20, "k_zero": mated == 10}]})
        };
        let tar = json!({"far": 0.01, "conservative": 0.75, "interp": 0.8, "threshold": 0.4, "achieved_far": 0.01, "false_accepts": 1, "k_zero": false});
        let verify = json!({"templates": 9, "failed_templates": 0, "genuine": 20, "impostor": 100, "tar": [tar], "roc": [], "auc": 0.9, "eer": 0.1});
        let all = json!({"set": "b", "counts": [], "pooling": {}, "failures": "nist", "faces": {"total": 9, "failed": 0}, "verify": verify, "far": [],
            "galleries": [gallery(10, 0.4), gallery(30, 0.2)], "search": {"ranks": [{"rank": 1, "rate": 0.55}], "tpir": [[0.1, 0.3]]}});
        serde_json::from_value(all).expect("a result")
    }

    fn ends(successes: usize, trials: usize) -> [f64; 2] {
        let (low, high) = clopper_pearson(successes, trials, 0.95).expect("an interval");
        [low, high]
    }

    #[test]
    fn intervals_are_those_of_the_counts() {
        let verified = verification(&result()).expect("figures");
        let values: Vec<f64> = verified.iter().map(|f| f.value).collect();
        assert_eq!(values, [0.75, 0.8, 0.1, 0.9]);
        assert_eq!(
            (&verified[0].args["interval"], &verified[0].args["mode"]),
            (&json!(ends(15, 20)), &json!("conservative"))
        );
        assert_eq!((&verified[2].args["interval"], &verified[2].args["interval_is"]), (&json!(null), &json!(NONE)));
        let found = identification(&result()).expect("figures");
        assert_eq!((found[0].value, &found[0].args["interval"]), (0.55, &json!(ends(22, 40))));
        let ([a, b], [c, d]) = (ends(4, 10), ends(6, 30));
        assert_eq!((found[1].value, &found[1].args["interval"]), (0.3, &json!([(a + c) / 2., (b + d) / 2.])));
        assert_eq!((&found[1].args["galleries_with_too_few_probes"], found.len()), (&json!(1), 2));
    }

    #[test]
    fn the_rule_that_was_asked_for_is_on_the_card() {
        let mut bob = IjbBcResult { mode: FarMode::Bob, fpir_mode: FarMode::Bob.open_set(), ..result() };
        let at = json!({"target": 0.01, "tar": 0.6, "threshold": 0.5, "achieved_far": 0.0, "false_accepts": 0, "true_accepts": 12, "genuine": 20,
            "impostor": 100, "k_zero": false});
        bob.verify.tar[0].named = serde_json::from_value(at).expect("a rate");
        let verified = verification(&bob).expect("figures");
        let named = &verified[2];
        assert_eq!(
            (named.value, &named.args["mode"], &named.args["interval"]),
            (0.6, &json!("bob"), &json!(ends(12, 20)))
        );
        assert_eq!(identification(&bob).expect("figures")[1].args["mode"], json!("bob"));
    }

    #[test]
    fn nothing_is_identified_without_a_gallery() {
        let none = IjbBcResult { search: None, galleries: vec![], ..result() };
        assert!(identification(&none).expect("no figures").is_empty());
    }
}
