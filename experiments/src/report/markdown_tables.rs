//! The tables of the page.

use super::row::{NormTar, Row, SeedResult, Stat, TarSummary};
use super::schema::Results;
use super::shape::networks;
use super::text::{self, escape_markdown};
use crate::paper::{self, PaperRow};

/// How the rate at a false accept rate is read off a ROC.
#[derive(Clone, Copy)]
pub(super) enum Mode {
    Conservative,
    Interp,
}

/// 1:1: rates in one of the modes, the paper's below ours.
pub(super) fn verification(results: &Results, mode: Mode) -> String {
    let Some(first) = results.rows.first() else {
        return "No rows.\n".to_owned();
    };
    let tar = first.mean.tar.iter();
    let names = tar.map(|t| format!("TAR@FAR {}", text::far(t.far)));
    let mut out = head(&with_name("row", names));
    for row in &results.rows {
        out.push_str(&line(&our_cells(row, mode)));
        if let Some(p) = text::paper_row(results, &row.name) {
            out.push_str(&line(&paper_cells(p, row)));
        }
    }
    out
}

fn our_cells(row: &Row, mode: Mode) -> Vec<String> {
    let cell = |t: &TarSummary| match mode {
        Mode::Conservative if t.k_zero_splits > 0 => {
            format!("{}{}", text::stat(t.conservative), text::K_ZERO)
        }
        Mode::Conservative => text::stat(t.conservative),
        Mode::Interp => text::stat(t.interp),
    };
    with_name(&strong(row), row.mean.tar.iter().map(cell))
}

fn paper_cells(paper_row: &PaperRow, row: &Row) -> Vec<String> {
    let cell = |t: &TarSummary| match paper::column(t.far) {
        Some(column) => escape_markdown(&text::paper_cell(paper_row.tar[column])),
        None => String::new(),
    };
    let name = format!("*{}*", text::paper_label(paper_row));
    with_name(&name, row.mean.tar.iter().map(cell))
}

/// 1:N: closed-set ranks and open-set rates.
pub(super) fn search(results: &Results) -> String {
    let Some(first) = results.rows.first() else {
        return "No rows.\n".to_owned();
    };
    let ranks = first.mean.rank.iter().map(|r| format!("rank-{}", r.0));
    let tpir = first.mean.tpir.iter();
    let rates = tpir.map(|t| format!("TPIR@FPIR {}", text::short(t.0)));
    let mut out = head(&with_name("row", ranks.chain(rates)));
    for row in &results.rows {
        let ranks = row.mean.rank.iter().map(|r| text::stat(r.1));
        let rates = (0..row.mean.tpir.len()).map(|i| text::tpir(row, i));
        out.push_str(&line(&with_name(&strong(row), ranks.chain(rates))));
    }
    out
}

/// TAR in each third of the comparisons, by feature norm.
pub(super) fn by_norm_table(results: &Results) -> String {
    let names = ["row", "lowest norms", "middle", "highest norms"];
    let mut out = head(&names.map(str::to_owned));
    for row in results.rows.iter().filter(|r| !r.norm_tar.is_empty()) {
        out.push_str(&line(&with_name(&strong(row), row.norm_tar.iter().map(third))));
    }
    out
}

fn third(t: &NormTar) -> String {
    let tar = t.tar.map_or("–".to_owned(), |t| format!("{t:.3}"));
    let flag = if t.k_zero { "†" } else { "" };
    format!("{tar}{flag} ({:.3} to {:.3})", t.norm_lo, t.norm_hi)
}

fn strong(row: &Row) -> String {
    format!("**{}**", escape_markdown(&row.label))
}

fn with_name(name: &str, cells: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(name.to_owned()).chain(cells).collect()
}

/// How every row was trained and where its loss ended.
pub(super) fn training(results: &Results) -> String {
    let names = [
        "row",
        "learning rate",
        "alpha, start",
        "alpha, end",
        "final loss",
        "change over its last tenth, of the whole fall",
        "deviation over seeds",
    ];
    let mut out = head(&names.map(str::to_owned));
    for row in networks(results) {
        out.push_str(&line(&training_cells(row)));
    }
    out
}

fn training_cells(row: &Row) -> Vec<String> {
    let alpha_end: Vec<String> = row.alpha_final.iter().map(|a| format!("{a:.2}")).collect();
    let losses: Vec<String> = row.per_seed.iter().map(|s| format!("{:.4}", s.final_loss)).collect();
    vec![
        escape_markdown(&row.label),
        row.learning_rate.to_string(),
        row.alpha.map_or("–".to_owned(), |a| format!("{a:.2}")),
        or_dash(alpha_end.join(", ")),
        losses.join(", "),
        or_dash(last_tenth(row)),
        or_dash(row.mean.tar.first().map_or(String::new(), seed_deviation)),
    ]
}

fn seed_deviation(t: &TarSummary) -> String {
    let Stat { seed_std: Some(std), .. } = t.conservative else {
        return String::new();
    };
    format!("{std:.3} (TAR@FAR {})", text::far(t.far))
}

fn or_dash(cell: String) -> String {
    if cell.is_empty() {
        "–".to_owned()
    } else {
        cell
    }
}

/// By how much the loss of the last tenth of the steps is above the one of the tenth before, seed by seed, in shares of the
/// whole fall.
fn last_tenth(row: &Row) -> String {
    let Some(start) = row.loss_curve.first().map(|p| p[1]) else { return String::new() };
    let change = |s: &SeedResult| match start - s.final_loss {
        fall if fall > 0.0 => format!("{:+.1} %", 100.0 * (s.final_loss - s.earlier_loss) / fall),
        _ => "has not fallen".to_owned(),
    };
    row.per_seed.iter().map(change).collect::<Vec<_>>().join(", ")
}

/// A header line and the line below it.
pub(super) fn head(cells: &[String]) -> String {
    let rule: Vec<&str> = cells.iter().enumerate().map(|(i, _)| if i == 0 { ":--" } else { "--:" }).collect();
    format!("| {} |\n|{}|\n", cells.join(" | "), rule.join("|"))
}

/// One line of a table.
pub(super) fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}
