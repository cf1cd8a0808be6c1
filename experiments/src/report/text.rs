//! How numbers and names are written.

use super::row::{Row, Stat};
use super::schema::Results;
use crate::paper::{Mark, PaperCell, PaperRow};

/// Flags a rate at zero false accepts.
pub(super) const K_ZERO: char = '†';
/// Flags a confirmed figure of the paper.
pub(super) const CONFIRMED: char = '*';

/// What stands under every table with generated faces.
pub(super) const NOT_COMPARABLE: &str = "These are generated faces; the paper's figures beside \
    them are for real IJB-A and cannot be compared.";

/// `1e-4` for 0.0001; other numbers as they are.
pub(super) fn far(value: f64) -> String {
    let exponent = value.log10().round();
    let decade = exponent < 0.0 && (value / 10f64.powf(exponent) - 1.0).abs() < 1e-9;
    if decade {
        format!("1e{exponent}")
    } else {
        value.to_string()
    }
}

/// `.01` for 0.01.
pub(super) fn short(value: f64) -> String {
    value.to_string().trim_start_matches('0').to_owned()
}

/// `0.734 ±.031`, the deviation being the one over the splits.
pub(super) fn stat(s: Stat) -> String {
    let std = format!("{:.3}", s.std);
    format!("{:.3} ±{}", s.mean, std.trim_start_matches('0'))
}

/// `0.734`, with a star where the figure is confirmed.
pub(super) fn paper_cell(c: PaperCell) -> String {
    let star = if c.mark == Mark::Confirmed { CONFIRMED.to_string() } else { String::new() };
    format!("{:.3}{star}", c.value)
}

/// `paper`, `paper (recalled)` or `paper (as given)`, by the least sure of its figures.
pub(super) fn paper_label(row: &PaperRow) -> &'static str {
    let has = |mark| row.tar.iter().any(|c| c.mark == mark);
    if has(Mark::Recalled) {
        "paper (recalled)"
    } else if has(Mark::User) {
        "paper (as given)"
    } else {
        "paper"
    }
}

/// The paper's row beside one of ours.
pub(super) fn paper_row<'a>(results: &'a Results, name: &str) -> Option<&'a PaperRow> {
    results.paper.iter().find(|p| p.row == name)
}

/// Whether a confirmed figure stands beside any of our rows, so that its mark needs a legend.
pub(super) fn has_confirmed(results: &Results) -> bool {
    results
        .rows
        .iter()
        .filter_map(|r| paper_row(results, &r.name))
        .any(|p| p.tar.iter().any(|c| c.mark == Mark::Confirmed))
}

/// The open-set rate of a row at its `index`-th operating point, flagged where some split allows no false positive.
pub(super) fn tpir(row: &Row, index: usize) -> String {
    let flag = if tpir_k_zero(row, index) { K_ZERO.to_string() } else { String::new() };
    row.mean.tpir.get(index).map_or(String::new(), |t| stat(t.1) + &flag)
}

fn tpir_k_zero(row: &Row, index: usize) -> bool {
    let mut splits = row.per_seed.iter().flat_map(|s| &s.splits);
    splits.any(|s| s.tpir.get(index).is_some_and(|t| t.k_zero))
}

/// Whether any rate of the table is one at zero false accepts.
pub(super) fn has_k_zero(results: &Results) -> bool {
    let row =
        |r: &Row| r.mean.tar.iter().any(|t| t.k_zero_splits > 0) || (0..r.mean.tpir.len()).any(|i| tpir_k_zero(r, i));
    results.rows.iter().any(row)
}

/// Control characters become spaces, long names are cut.
pub(super) fn clean(name: &str, max: usize) -> String {
    let line: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() <= max {
        return line;
    }
    let cut: String = line.chars().take(max - 1).collect();
    cut + "…"
}

/// Text that Markdown (and raw HTML within it) leaves as it is.
pub(super) fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text, usize::MAX).chars() {
        if "\\`*_[]<>|&#~$!".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A code block that its text cannot end.
pub(super) fn code_block(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}
