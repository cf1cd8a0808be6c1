//! The tables of the page.

use super::row::{Row, Stat};
use super::schema::Results;
use super::text::{self, escape_markdown};
use crate::paper::{self, PaperRow};

/// How the rate at a false accept rate is read off a ROC.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mode {
    Conservative,
    Interp,
}

/// Rates in conservative mode, with the search protocol; or the interpolated ones.
pub(super) fn rates(results: &Results, mode: Mode) -> String {
    let Some(first) = results.rows.first() else {
        return "No rows.\n".to_owned();
    };
    let mut out = head(&header(first, mode));
    for row in &results.rows {
        out.push_str(&line(&our_cells(row, mode)));
        if let Some(p) = text::paper_row(results, &row.name) {
            out.push_str(&line(&paper_cells(p, row, mode)));
        }
    }
    out
}

fn header(row: &Row, mode: Mode) -> Vec<String> {
    let tar = row.mean.tar.iter();
    let mut cells = vec!["row".to_owned()];
    cells.extend(tar.map(|t| format!("TAR@FAR {}", text::far(t.far))));
    if mode == Mode::Conservative {
        cells.extend(row.mean.rank.iter().map(|r| format!("rank-{}", r.0)));
        let tpir = row.mean.tpir.iter();
        cells.extend(tpir.map(|t| format!("TPIR@FPIR {}", text::short(t.0))));
    }
    cells
}

fn our_cells(row: &Row, mode: Mode) -> Vec<String> {
    let mut cells = vec![format!("**{}**", escape_markdown(&row.label))];
    for t in &row.mean.tar {
        let (rate, flag) = match mode {
            Mode::Conservative => (t.conservative, t.k_zero_splits > 0),
            Mode::Interp => (t.interp, false),
        };
        let mut cell = text::stat(rate);
        cell.extend(flag.then_some(text::K_ZERO));
        cells.push(cell);
    }
    if mode == Mode::Conservative {
        cells.extend(row.mean.rank.iter().map(|r| text::stat(r.1)));
        cells.extend(row.mean.tpir.iter().map(|t| text::stat(t.1)));
    }
    cells
}

fn paper_cells(paper_row: &PaperRow, row: &Row, mode: Mode) -> Vec<String> {
    let label = text::paper_label(paper_row);
    let mut cells = vec![format!("*{label}*")];
    cells.extend(row.mean.tar.iter().map(|t| match paper::column(t.far) {
        Some(column) => escape_markdown(&text::paper_cell(paper_row.tar[column])),
        None => String::new(),
    }));
    if mode == Mode::Conservative {
        let empty = row.mean.rank.len() + row.mean.tpir.len();
        cells.extend(std::iter::repeat_n(String::new(), empty));
    }
    cells
}

/// How every row was trained and where its loss ended.
pub(super) fn training(results: &Results) -> String {
    let names = [
        "row",
        "learning rate",
        "alpha, start",
        "alpha, end",
        "final loss",
        "loss over its last tenth",
        "deviation over seeds",
    ];
    let mut out = head(&names.map(str::to_owned));
    for row in &results.rows {
        out.push_str(&line(&training_cells(row)));
    }
    out
}

fn training_cells(row: &Row) -> Vec<String> {
    let alpha_end: Vec<String> = row.alpha_final.iter().map(|a| format!("{a:.2}")).collect();
    let losses: Vec<String> = row
        .per_seed
        .iter()
        .map(|s| format!("{:.4}", s.final_loss))
        .collect();
    vec![
        escape_markdown(&row.label),
        row.learning_rate.to_string(),
        row.alpha.map_or("–".to_owned(), |a| format!("{a:.2}")),
        or_dash(alpha_end.join(", ")),
        losses.join(", "),
        or_dash(last_tenth(&row.loss_curve).unwrap_or_default()),
        or_dash(row.mean.tar.first().map_or(String::new(), seed_deviation)),
    ]
}

fn seed_deviation(t: &super::row::TarSummary) -> String {
    let Stat {
        seed_std: Some(std),
        ..
    } = t.conservative
    else {
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

/// By how much the loss changed over the last tenth of the steps, in shares of the whole fall.
fn last_tenth(curve: &[[f64; 2]]) -> Option<String> {
    let (first, last) = (curve.first()?, curve.last()?);
    let from = first[0] + 0.9 * (last[0] - first[0]);
    let before = curve.iter().rev().find(|p| p[0] <= from)?;
    let fall = first[1] - last[1];
    if fall <= 0.0 {
        return Some("has not fallen".to_owned());
    }
    let change = 100.0 * (last[1] - before[1]) / fall;
    Some(format!("{change:+.1} % of its whole fall"))
}

/// A header line and the line below it.
pub(super) fn head(cells: &[String]) -> String {
    let rule: Vec<&str> = cells
        .iter()
        .enumerate()
        .map(|(i, _)| if i == 0 { ":--" } else { "--:" })
        .collect();
    format!("| {} |\n|{}|\n", cells.join(" | "), rule.join("|"))
}

/// One line of a table.
pub(super) fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}
