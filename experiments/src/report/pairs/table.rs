//! The table for the terminal.

use super::super::schema::DataKind;
use super::super::table::{aligned, plural};
use super::super::text;
use super::cells;
use super::schema::{PairResults, PairRow};
use crate::paper::accuracy::beside;
use crate::paper::Mark;

/// The FARs shown: those that lists of a few thousand pairs can support.
const LOWEST: f64 = 0.999e-3;
/// The widest name of a row.
const NAME: usize = 19;

/// Accuracy with its interval, TAR, and the paper's accuracy beside them.
pub fn table(results: &PairResults) -> String {
    let mut lines = vec![header(results)];
    lines.extend(results.rows.iter().map(|row| line(results, row)));
    let mut out = aligned(&lines);
    out.push('\n');
    let flags = k_zero(results, LOWEST).into_iter();
    for line in legend(results).into_iter().chain(flags) {
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// What the flag means, where a rate at a FAR from `lowest` on has it.
pub(super) fn k_zero(results: &PairResults, lowest: f64) -> Option<String> {
    let flagged = results.rows.iter().flat_map(|r| &r.tar).any(|t| t.k_zero && t.far >= lowest);
    flagged.then(|| format!("{} Too few impostors for one false accept: the rate at none.", text::K_ZERO))
}

fn header(results: &PairResults) -> Vec<String> {
    let mut cells = ["row", "accuracy %", "95 %", "paper"].map(str::to_owned).to_vec();
    let first = results.rows.iter().take(1).flat_map(|r| &r.tar);
    cells.extend(first.filter(|t| t.far >= LOWEST).map(|t| format!("TAR@{}", text::far(t.far))));
    cells.push("VAL@1e-3".into());
    cells
}

fn line(results: &PairResults, row: &PairRow) -> Vec<String> {
    let paper = cells::paper(results, row).unwrap_or_default();
    let mut line = vec![text::clean(&row.id.label, NAME), cells::accuracy(row), cells::interval(row), paper];
    line.extend(row.tar.iter().filter(|t| t.far >= LOWEST).map(cells::tar));
    line.push(text::stat(row.val));
    line
}

/// The lines below the table, which also stand below the tables of the page.
pub(super) fn legend(results: &PairResults) -> Vec<String> {
    let folds = results.rows.first().and_then(|r| r.per_seed.first()).map_or(0, |s| s.accuracy.folds.len());
    let mut lines = vec![
        format!(
            "Accuracy: mean over {} and {}, ± the population standard deviation over the folds; thresholds: {}.",
            plural(results.data.seeds.len(), "seed"),
            plural(folds, "fold"),
            results.accuracy_mode
        ),
        "95 %: Clopper-Pearson interval of all pairs, taken as independent. TAR: over all pairs. VAL: facenet's, at a FAR of 1e-3.".into(),
    ];
    lines.extend(paper_legend(results));
    lines
}

fn paper_legend(results: &PairResults) -> Vec<String> {
    let figures: Vec<_> = results.rows.iter().filter_map(|r| beside(&results.paper, &r.id.name)).collect();
    let mut lines = vec![];
    if figures.iter().any(|f| f.accuracy.mark == Mark::Recalled) {
        lines.push("paper (recalled): not seen in the paper's own text; judge nothing by it.".to_owned());
    }
    if results.data.kind == DataKind::Generated {
        lines.push(format!("{NOT_COMPARABLE} {}.", real(results)));
    }
    lines
}

const NOT_COMPARABLE: &str =
    "These are generated faces and cannot be compared with the paper's figures beside them, which are for real";

/// The data set's name.
pub(super) fn real(results: &PairResults) -> &'static str {
    match results.experiment.as_str() {
        "ytf" => "YouTube Faces",
        _ => "LFW",
    }
}
