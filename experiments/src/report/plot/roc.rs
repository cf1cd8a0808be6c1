//! The ROC of every row, with the spread over the splits.

use super::super::row::{Roc, Row};
use super::super::schema::Results;
use super::super::text;
use super::canvas::{self, band, line, Area, Axes, Drawn};
use super::legend::{self, Entry, Sign};
use super::style::look;

/// The lowest false accept rate drawn.
const LOWEST: f64 = 0.999e-4;

pub(super) fn draw<'a>(results: &'a Results, area: &Area<'a>) -> Drawn {
    let width = canvas::WIDTH - legend::SIDE;
    let (left, right) = area.split_horizontally(width);
    let lows = results.rows.iter().flat_map(|r| edges(&r.roc)).map(|e| e.1);
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
    for row in &results.rows {
        let look = look(results, row);
        band(&mut chart, &edges(&row.roc), look.color, 0.10)?;
    }
    for row in &results.rows {
        let look = look(results, row);
        line(&mut chart, &mean(&row.roc), look.color, look.dashed)?;
    }
    legend::column(&right, &title(results), &entries(results))
}

fn title(results: &Results) -> String {
    let far = results.rows.first().and_then(|r| places(&r.roc).next());
    far.map_or(String::new(), |(_, far)| format!("TAR at FAR {}", text::far(far)))
}

/// The rows with their rate at the left edge, the best on top.
fn entries(results: &Results) -> Vec<Entry> {
    let rate = |r: &Row| mean(&r.roc).first().map_or(0.0, |p| p.1);
    let mut rows: Vec<&Row> = results.rows.iter().collect();
    rows.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    let entry = |row: &Row| {
        let look = look(results, row);
        Entry {
            color: look.color,
            sign: Sign::Line { dashed: look.dashed },
            name: text::clean(&row.label, 16),
            figure: format!("{:.3}", rate(row)),
        }
    };
    rows.into_iter().map(entry).collect()
}

fn places(roc: &Roc) -> impl Iterator<Item = (usize, f64)> + '_ {
    let all = roc.far.iter().copied().enumerate();
    all.filter(|(_, far)| (LOWEST..=1.001).contains(far))
}

fn mean(roc: &Roc) -> Vec<(f64, f64)> {
    let at = |(i, far): (usize, f64)| (far.log10(), roc.mean[i]);
    places(roc).map(at).collect()
}

fn edges(roc: &Roc) -> Vec<(f64, f64, f64)> {
    let at = |(i, far): (usize, f64)| {
        let (mean, std) = (roc.mean[i], roc.std[i]);
        (far.log10(), (mean - std).max(0.0), (mean + std).min(1.0))
    };
    places(roc).map(at).collect()
}
