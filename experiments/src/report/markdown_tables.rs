//! The tables of the page.

use super::row::{NormTar, Row, Stat, TarSummary};
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

/// How a row was trained.
pub(super) struct Training<'a> {
    pub label: &'a str,
    pub learning_rate: f64,
    pub alpha: Option<f64>,
    pub alpha_final: &'a [f64],
    /// Of the tenth before the last and of the last tenth of the steps, seed by seed.
    pub losses: Vec<(f64, f64)>,
    /// The first point of the curve.
    pub start: Option<f64>,
    /// Over the seeds, in words.
    pub deviation: String,
}

/// How every row was trained and where its loss ended.
pub(super) fn training(results: &Results) -> String {
    training_table(networks(results).into_iter().map(Training::of))
}

/// The table of trainings.
pub(super) fn training_table<'a>(rows: impl Iterator<Item = Training<'a>>) -> String {
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
    rows.for_each(|row| out.push_str(&line(&row.cells())));
    out
}

impl<'a> Training<'a> {
    fn of(row: &'a Row) -> Self {
        Self {
            label: &row.label,
            learning_rate: row.learning_rate,
            alpha: row.alpha,
            alpha_final: &row.alpha_final,
            losses: row.per_seed.iter().map(|s| (s.earlier_loss, s.final_loss)).collect(),
            start: row.loss_curve.first().map(|p| p[1]),
            deviation: row.mean.tar.first().map_or(String::new(), seed_deviation),
        }
    }

    fn cells(&self) -> Vec<String> {
        let alpha_end: Vec<String> = self.alpha_final.iter().map(|a| format!("{a:.2}")).collect();
        let losses: Vec<String> = self.losses.iter().map(|(_, last)| format!("{last:.4}")).collect();
        vec![
            escape_markdown(self.label),
            self.learning_rate.to_string(),
            self.alpha.map_or("–".to_owned(), |a| format!("{a:.2}")),
            or_dash(alpha_end.join(", ")),
            losses.join(", "),
            or_dash(self.last_tenth()),
            or_dash(self.deviation.clone()),
        ]
    }

    /// By how much the loss of the last tenth of the steps is above the one of the tenth before, seed by seed, in shares of the
    /// whole fall.
    fn last_tenth(&self) -> String {
        let Some(start) = self.start else { return String::new() };
        let change = |(earlier, last): &(f64, f64)| match start - last {
            fall if fall > 0.0 => format!("{:+.1} %", 100.0 * (last - earlier) / fall),
            _ => "has not fallen".to_owned(),
        };
        self.losses.iter().map(change).collect::<Vec<_>>().join(", ")
    }
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

/// A header line and the line below it.
pub(super) fn head(cells: &[String]) -> String {
    let rule: Vec<&str> = cells.iter().enumerate().map(|(i, _)| if i == 0 { ":--" } else { "--:" }).collect();
    format!("| {} |\n|{}|\n", cells.join(" | "), rule.join("|"))
}

/// One line of a table.
pub(super) fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}
