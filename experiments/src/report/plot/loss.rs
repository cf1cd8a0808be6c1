//! Training loss.

use super::super::row::Row;
use super::super::schema::Results;
use super::super::shape::networks;
use super::super::text;
use super::canvas::{self, line, Area, Axes, Drawn};
use super::legend::{self, Entry, Sign};
use super::style::look;

/// Losses below this are drawn at it, since the axis is logarithmic.
const FLOOR: f64 = 1e-4;

pub(super) fn has_data(results: &Results) -> bool {
    results.rows.iter().any(|r| r.loss_curve.len() > 1)
}

pub(super) fn draw<'a>(results: &'a Results, area: &Area<'a>) -> Drawn {
    let width = canvas::WIDTH - legend::SIDE;
    let (left, right) = area.split_horizontally(width);
    let all: Vec<(f64, f64)> = networks(results).into_iter().flat_map(points).collect();
    let steps = all.iter().fold(1.0f64, |m, p| m.max(p.0));
    let mut chart = canvas::chart(
        &left,
        &Axes {
            title: String::new(),
            x_name: "training step",
            y_name: "training loss",
            x: 0.0..steps,
            y: canvas::whole_steps(all.iter().map(|p| p.1), 0.25),
            x_labels: 8,
            y_labels: 10,
            x_text: &canvas::number,
            y_text: &|y| significant(10f64.powf(*y)),
        },
    )?;
    for row in networks(results) {
        let look = look(results, row);
        line(&mut chart, &points(row), look.color, look.dashed)?;
    }
    legend::column(&right, "at the end", &entries(results))
}

/// (step, log10 of the loss).
fn points(row: &Row) -> Vec<(f64, f64)> {
    let log = |p: &[f64; 2]| (p[0], p[1].max(FLOOR).log10());
    row.loss_curve.iter().map(log).collect()
}

/// Two significant digits.
fn significant(value: f64) -> String {
    let decimals = (1 - value.log10().floor() as i32).max(0) as usize;
    format!("{value:.decimals$}")
}

fn entries(results: &Results) -> Vec<Entry> {
    let end = |r: &Row| r.loss_curve.last().map(|p| p[1]);
    let mut rows: Vec<&Row> = networks(results).into_iter().filter(|r| end(r).is_some()).collect();
    rows.sort_by(|a, b| end(b).partial_cmp(&end(a)).unwrap_or(std::cmp::Ordering::Equal));
    let entry = |row: &Row| {
        let look = look(results, row);
        Entry {
            color: look.color,
            sign: Sign::Line { dashed: look.dashed },
            name: text::clean(&row.label, 16),
            figure: end(row).map_or(String::new(), |v| format!("{v:.3}")),
        }
    };
    rows.into_iter().map(entry).collect()
}
