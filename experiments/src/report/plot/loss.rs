//! Training loss.

use super::super::row::Row;
use super::super::schema::Results;
use super::super::shape::networks;
use super::super::text;
use super::canvas::{self, line, Area, Axes, Drawn};
use super::legend::{self, Entry, Sign};
use super::style::{look, Look};

/// Losses below this are drawn at it, since the axis is logarithmic.
const FLOOR: f64 = 1e-4;

pub(super) fn has_data(results: &Results) -> bool {
    results.rows.iter().any(|r| r.loss_curve.len() > 1)
}

/// The loss of one training.
#[derive(Clone, Debug, PartialEq)]
pub struct LossCurve {
    /// For the reader.
    pub label: String,
    /// Colour and dashes.
    pub look: Look,
    /// (step, smoothed loss).
    pub points: Vec<[f64; 2]>,
}

pub(super) fn draw(results: &Results, area: &Area<'_>) -> Drawn {
    let of =
        |row: &Row| LossCurve { label: row.label.clone(), look: look(results, row), points: row.loss_curve.clone() };
    let curves: Vec<LossCurve> = networks(results).into_iter().map(of).collect();
    draw_curves(&curves, area)
}

pub(super) fn draw_curves(curves: &[LossCurve], area: &Area<'_>) -> Drawn {
    let width = canvas::WIDTH - legend::SIDE;
    let (left, right) = area.split_horizontally(width);
    let all: Vec<(f64, f64)> = curves.iter().flat_map(points).collect();
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
    for curve in curves {
        line(&mut chart, &points(curve), curve.look.color, curve.look.dashed)?;
    }
    legend::column(&right, "at the end", &entries(curves))
}

/// (step, log10 of the loss).
fn points(curve: &LossCurve) -> Vec<(f64, f64)> {
    let log = |p: &[f64; 2]| (p[0], p[1].max(FLOOR).log10());
    curve.points.iter().map(log).collect()
}

/// Two significant digits.
fn significant(value: f64) -> String {
    let decimals = (1 - value.log10().floor() as i32).max(0) as usize;
    format!("{value:.decimals$}")
}

fn entries(curves: &[LossCurve]) -> Vec<Entry> {
    let end = |c: &LossCurve| c.points.last().map(|p| p[1]);
    let mut sorted: Vec<&LossCurve> = curves.iter().filter(|c| end(c).is_some()).collect();
    sorted.sort_by(|a, b| end(b).partial_cmp(&end(a)).unwrap_or(std::cmp::Ordering::Equal));
    let entry = |curve: &LossCurve| Entry {
        color: curve.look.color,
        sign: Sign::Line { dashed: curve.look.dashed },
        name: text::clean(&curve.label, 16),
        figure: end(curve).map_or(String::new(), |v| format!("{v:.3}")),
    };
    sorted.into_iter().map(entry).collect()
}
