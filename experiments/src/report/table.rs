//! The table for the terminal: plain text, at most 110 columns.

use super::row::{Row, TarSummary};
use super::schema::{DataKind, Results};
use super::text;
use crate::paper::{self, PaperRow};

/// The widest line of the table.
const WIDTH: usize = 110;
/// The widest name of a row.
const NAME: usize = 19;

/// The table of rates: conservative mode, mean and deviation over the splits.
///
/// Never fails: without rows it is a header and a sentence saying so.
pub fn table(results: &Results) -> String {
    let mut lines = vec![header(results)];
    for row in &results.rows {
        lines.push(our_line(row));
        if let Some(p) = text::paper_row(results, &row.name) {
            lines.push(paper_line(p, row));
        }
    }
    let mut out = aligned(&lines);
    out.push('\n');
    for line in legend(results) {
        out.push_str(&line);
        out.push('\n');
    }
    out
}

fn header(results: &Results) -> Vec<String> {
    let mut cells = vec!["row".to_owned()];
    if let Some(row) = results.rows.first() {
        let tar = row.mean.tar.iter().enumerate();
        cells.extend(tar.map(|(i, t)| match i {
            0 => format!("TAR@{}", text::far(t.far)),
            _ => text::far(t.far),
        }));
        cells.extend(rank_one(row).map(|_| "rank-1".to_owned()));
        let tpir = row.mean.tpir.iter();
        cells.extend(tpir.map(|t| format!("TPIR@{}", text::short(t.0))));
    }
    cells
}

fn our_line(row: &Row) -> Vec<String> {
    let mut cells = vec![text::clean(&row.label, NAME)];
    cells.extend(row.mean.tar.iter().map(conservative));
    cells.extend(rank_one(row));
    cells.extend((0..row.mean.tpir.len()).map(|i| text::tpir(row, i)));
    cells
}

fn conservative(t: &TarSummary) -> String {
    let mut cell = text::stat(t.conservative);
    if t.k_zero_splits > 0 {
        cell.push(text::K_ZERO);
    }
    cell
}

fn rank_one(row: &Row) -> Option<String> {
    let (_, stat) = row.mean.rank.iter().find(|r| r.0 == 1)?;
    Some(text::stat(*stat))
}

fn paper_line(paper_row: &PaperRow, row: &Row) -> Vec<String> {
    let mut cells = vec![format!("  {}", text::paper_label(paper_row))];
    cells.extend(row.mean.tar.iter().map(|t| match paper::column(t.far) {
        Some(column) => text::paper_cell(paper_row.tar[column]),
        None => String::new(),
    }));
    cells
}

/// Columns as wide as their widest cell; two spaces between them, or one where it is tight.
pub(super) fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |c: usize| {
        let cells = lines.iter().filter_map(|l| l.get(c));
        cells.map(|s| s.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let roomy = widths.iter().map(|w| w + 2).sum::<usize>() <= WIDTH + 2;
    let gap = if roomy { "  " } else { " " };
    let mut out = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths).map(|(s, w)| format!("{s:<w$}"));
        let joined = cells.collect::<Vec<_>>().join(gap);
        out.push_str(joined.trim_end());
        out.push('\n');
    }
    out
}

/// The lines below the table, which also stand below the tables of the page.
pub(super) fn legend(results: &Results) -> Vec<String> {
    let mut lines = Vec::new();
    if results.rows.is_empty() {
        lines.push("No rows: nothing was trained.".to_owned());
    }
    let splits = results.rows.first().and_then(|r| r.per_seed.first());
    if let Some(seed) = splits {
        lines.push(format!(
            "Mean over {} and {}; ± is the population standard deviation over the splits.",
            plural(results.data.seeds.len(), "seed"),
            plural(seed.splits.len(), "split"),
        ));
    }
    if text::has_k_zero(results) {
        lines.push(format!(
            "{} In some splits the impostors (or non-mated probes) are too few for one false accept: the rate at none.",
            text::K_ZERO
        ));
    }
    let beside = |r: &&Row| text::paper_row(results, &r.name).is_some();
    if results.rows.iter().any(|r| beside(&r)) {
        lines.extend(paper_legend(results));
    }
    lines
}

fn paper_legend(results: &Results) -> Vec<String> {
    let mut lines = vec!["paper (recalled): not seen in the paper's own text; judge nothing by it.".to_owned()];
    if text::has_confirmed(results) {
        lines.push(format!("{} This figure of the paper is confirmed in a source.", text::CONFIRMED));
    }
    if results.data.kind == DataKind::Generated {
        lines.push(text::NOT_COMPARABLE.to_owned());
    }
    lines
}

/// `1 seed`, `3 seeds`.
pub(super) fn plural(n: usize, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{s}")
}
