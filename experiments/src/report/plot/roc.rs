//! The ROC of every row, with the spread over the splits.

use super::super::row::{Roc, Row};
use super::super::schema::Results;
use super::super::text;
use super::canvas::{self, band, line, Area, Axes, Drawn};
use super::legend::{self, Entry, Sign};
use super::style::{look, Look};

/// The lowest false accept rate drawn.
const LOWEST: f64 = 0.999e-4;

/// A ROC with what stands on either side of it.
#[derive(Clone, Debug, PartialEq)]
pub struct RocCurve {
    /// For the reader.
    pub label: String,
    /// Colour and dashes.
    pub look: Look,
    /// False accept rates, rising; those from 1e-4 are drawn.
    pub far: Vec<f64>,
    /// True accept rates.
    pub tar: Vec<f64>,
    /// The lower edge of the band.
    pub low: Vec<f64>,
    /// The upper edge.
    pub high: Vec<f64>,
}

pub(super) fn draw(results: &Results, area: &Area<'_>) -> Drawn {
    let curves: Vec<RocCurve> = results.rows.iter().map(|row| of_row(results, row)).collect();
    draw_curves(&curves, area)
}

/// A row's mean, and one deviation on either side.
fn of_row(results: &Results, row: &Row) -> RocCurve {
    let Roc { far, mean, std } = &row.roc;
    let edge = |sign: f64| mean.iter().zip(std).map(|(m, s)| (m + sign * s).clamp(0.0, 1.0)).collect();
    let (low, high) = (edge(-1.0), edge(1.0));
    RocCurve { label: row.label.clone(), look: look(results, row), far: far.clone(), tar: mean.clone(), low, high }
}

pub(super) fn draw_curves(curves: &[RocCurve], area: &Area<'_>) -> Drawn {
    let width = canvas::WIDTH - legend::SIDE;
    let (left, right) = area.split_horizontally(width);
    let lows = curves.iter().flat_map(edges).map(|e| e.1);
    let mut chart = canvas::chart(
        &left,
        &Axes {
            title: String::new(),
            x_name: "false accept rate (FAR)",
            y_name: "true accept rate (TAR)",
            x: -4.0..0.0,
            y: canvas::whole_steps(lows.chain([1.0]), 0.1),
            x_labels: 5,
            y_labels: 11,
            x_text: &|x| text::far(10f64.powf(x.round())),
            y_text: &canvas::number,
        },
    )?;
    for curve in curves {
        band(&mut chart, &edges(curve), curve.look.color, 0.10)?;
    }
    for curve in curves {
        line(&mut chart, &middle(curve), curve.look.color, curve.look.dashed)?;
    }
    legend::column(&right, &title(curves), &entries(curves))
}

fn title(curves: &[RocCurve]) -> String {
    let far = curves.first().and_then(|c| places(c).next());
    far.map_or(String::new(), |(_, far)| format!("TAR at FAR {}", text::far(far)))
}

/// The curves with their rate at the left edge, the best on top.
fn entries(curves: &[RocCurve]) -> Vec<Entry> {
    let rate = |c: &RocCurve| middle(c).first().map_or(0.0, |p| p.1);
    let mut sorted: Vec<&RocCurve> = curves.iter().collect();
    sorted.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    let entry = |curve: &RocCurve| Entry {
        color: curve.look.color,
        sign: Sign::Line { dashed: curve.look.dashed },
        name: text::clean(&curve.label, 16),
        figure: format!("{:.3}", rate(curve)),
    };
    sorted.into_iter().map(entry).collect()
}

fn places(curve: &RocCurve) -> impl Iterator<Item = (usize, f64)> + '_ {
    let all = curve.far.iter().copied().enumerate();
    all.filter(|(_, far)| (LOWEST..=1.001).contains(far))
}

fn middle(curve: &RocCurve) -> Vec<(f64, f64)> {
    places(curve).map(|(i, far)| (far.log10(), curve.tar[i])).collect()
}

fn edges(curve: &RocCurve) -> Vec<(f64, f64, f64)> {
    places(curve).map(|(i, far)| (far.log10(), curve.low[i], curve.high[i])).collect()
}
