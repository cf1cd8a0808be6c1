//! The parts of the page that say what the figures rest on.

use std::collections::BTreeMap;

use super::markdown_tables::{head, line};
use super::schema::{Alignment, Bound, DataInfo, DataKind, Results};
use super::table::plural;
use super::text::{code_block, escape_markdown};
use crate::paper;

/// What was run on what.
pub(super) fn data(results: &Results) -> String {
    let splits = results.rows.first().and_then(|r| r.per_seed.first());
    let compared = splits.map_or(String::new(), |s| comparisons(&s.splits));
    trained_on(&results.data, results.alpha_lower_bound, &compared)
}

/// The same with what was compared in words.
pub(super) fn trained_on(d: &DataInfo, bound: Bound, compared: &str) -> String {
    let seeds: Vec<String> = d.seeds.iter().map(u64::to_string).collect();
    let mut out = format!(
        "- Trained on: {}, {} people, {} images.\n- Evaluated on: {}, {} faces{compared}.\n- Seeds: {}{}.\n\
         - Lower bound of alpha: ln(p (C − 2) / (1 − p)) = {:.2} for C = {} people and p = {}. It assumes fewer \
         people than twice the dimension, so it is a guide.\n",
        escape_markdown(&d.train_name),
        d.train_people,
        d.train_images,
        escape_markdown(&d.name),
        d.eval_faces,
        seeds.join(", "),
        d.selection_seed
            .map_or(String::new(), |s| format!("; learning rates were chosen on seed {s}, which is not reported")),
        bound.value,
        bound.classes,
        bound.p
    );
    if d.kind == DataKind::Generated {
        out.push_str(
            "- The generator's settings were fixed beforehand; they stand in the configuration in results.json.\n",
        );
    }
    out
}

fn comparisons(splits: &[super::row::SplitResult]) -> String {
    let genuine = splits.iter().map(|s| s.genuine).min().unwrap_or(0);
    let impostor = splits.iter().map(|s| s.impostor).min().unwrap_or(0);
    format!(", {} of at least {genuine} genuine and {impostor} impostor comparisons", plural(splits.len(), "split"))
}

/// Which source of points aligned how many faces.
pub(super) fn alignment(a: &Alignment) -> String {
    let mut out = head(&["source", "training", "evaluation"].map(str::to_owned));
    let mut sources: Vec<&String> = a.train.keys().chain(a.eval.keys()).collect();
    sources.sort_unstable();
    sources.dedup();
    let count = |m: &BTreeMap<String, usize>, s: &str| m.get(s).copied().unwrap_or(0).to_string();
    for source in sources {
        out.push_str(&line(&[escape_markdown(source), count(&a.train, source), count(&a.eval, source)]));
    }
    let dropped = [a.dropped_train.to_string(), a.dropped_eval.to_string()];
    let [train, eval] = dropped;
    out.push_str(&line(&["could not be aligned".to_owned(), train, eval]));
    out.push_str(&format!("\nPoints were implausible and not used on {}.\n", plural(a.rejected_points, "face")));
    out
}

/// Failures to enrol.
pub(super) fn failures(results: &Results) -> String {
    let f = &results.failures;
    format!(
        "{} without an embedding; over all splits {} of the verification protocol without any face left, in {}; \
         {} and {} of the search protocol. They are not left out: a comparison with one of them is never accepted, \
         and such a probe is never found.\n",
        plural(f.faces, "face"),
        plural(f.templates, "template"),
        plural(f.comparisons, "comparison"),
        plural(f.gallery, "gallery template"),
        plural(f.probes, "probe template")
    )
}

/// The warnings, or a sentence that there are none.
pub(super) fn warnings(warnings: &[String]) -> String {
    if warnings.is_empty() {
        return "None.\n".to_owned();
    }
    let lines = warnings.iter();
    lines.map(|w| format!("- {}\n", escape_markdown(w))).collect()
}

/// The command of this report and, for generated faces, the one for the real thing.
pub(super) fn reproduce(results: &Results) -> String {
    let mut out = code(&results.data.command);
    if results.data.kind == DataKind::Generated {
        out.push_str("\nOn real IJB-A, once you have it from NIST:\n\n");
        out.push_str(&code(DataInfo::REAL_COMMAND));
    }
    out.push_str(
        "\nEvery figure of this page is in `results.json`; the same seeds give the same file, byte for byte.\n",
    );
    out
}

/// A command.
pub(super) fn code(command: &str) -> String {
    code_block("sh", command)
}

/// The paper and the patent.
pub(super) fn source() -> String {
    format!("{}. {}\n", paper::CITATION, paper::PATENT)
}
