//! TAR against alpha, with the lower bound of alpha drawn.

use std::ops::Range;

use super::super::row::{Row, Stat};
use super::super::schema::Results;
use super::super::shape;
use super::super::text;
use super::canvas::{self, band, line, point, Area, Axes, Chart, Drawn};
use super::legend::{self, Entry, Sign};
use super::style::{BLACK, BLUE, ORANGE, PURPLE};

/// The most panels drawn, by rising FAR.
const PANELS: usize = 4;

pub(super) fn has_data(results: &Results) -> bool {
    !shape::fixed(results).is_empty()
}

pub(super) fn draw(results: &Results, area: &Area<'_>) -> Drawn {
    let (_, height) = area.dim_in_pixel();
    let (panels, strip) = area.split_vertically(height - 80);
    let shown = results.rows[0].mean.tar.len().min(PANELS);
    let grid = (shown.div_ceil(2), shown.min(2));
    for (i, panel_area) in panels.split_evenly(grid).iter().take(shown).enumerate() {
        panel(results, panel_area, i)?;
    }
    legend::strip(&strip, &entries(results))
}

/// One false accept rate, the `i`th of the table.
fn panel(results: &Results, area: &Area<'_>, i: usize) -> Drawn {
    let y = rates_range(results, i);
    let axes = Axes {
        title: format!("FAR {}", text::far(results.rows[0].mean.tar[i].far)),
        x_name: "alpha",
        y_name: "TAR",
        x: alpha_range(results),
        y: y.clone(),
        x_labels: 8,
        y_labels: 8,
        x_text: &canvas::number,
        y_text: &canvas::number,
    };
    let x = axes.x.clone();
    let mut chart = canvas::chart(area, &axes)?;
    if let Some(softmax) = shape::softmax(results) {
        softmax_line(&mut chart, &x, rate(softmax, i))?;
    }
    let bound = results.alpha_lower_bound.value;
    line(&mut chart, &[(bound, y.start), (bound, y.end)], PURPLE, true)?;
    fixed_line(&mut chart, results, i)?;
    for row in shape::trained_alphas(results) {
        let s = rate(row, i);
        let x = row.final_alpha().or(row.alpha).unwrap_or_default();
        point(&mut chart, (x, s.mean), s.std, ORANGE, true)?;
    }
    Ok(())
}

fn softmax_line(chart: &mut Chart<'_>, x: &Range<f64>, s: Stat) -> Drawn {
    let (low, high) = (s.mean - s.std, s.mean + s.std);
    let edges = [(x.start, low, high), (x.end, low, high)];
    band(chart, &edges, BLACK, 0.08)?;
    line(chart, &[(x.start, s.mean), (x.end, s.mean)], BLACK, false)
}

fn fixed_line(chart: &mut Chart<'_>, results: &Results, i: usize) -> Drawn {
    let rows = shape::fixed(results);
    let at = |r: &&Row| (r.alpha.unwrap_or_default(), rate(r, i).mean);
    let points: Vec<(f64, f64)> = rows.iter().map(at).collect();
    line(chart, &points, BLUE, false)?;
    for (row, place) in rows.iter().zip(points) {
        point(chart, place, rate(row, i).std, BLUE, false)?;
    }
    Ok(())
}

fn rate(row: &Row, i: usize) -> Stat {
    row.mean.tar[i].conservative
}

/// From 0 to a little beyond everything that is drawn.
fn alpha_range(results: &Results) -> Range<f64> {
    let place = |r: &Row| match r.alpha_trained {
        true => r.final_alpha().or(r.alpha),
        false => r.alpha,
    };
    let alphas = results.rows.iter().filter_map(place);
    let highest = alphas.fold(results.alpha_lower_bound.value, f64::max);
    0.0..(highest * 1.08).max(1.0)
}

fn rates_range(results: &Results, i: usize) -> Range<f64> {
    let stats = results.rows.iter().map(|r| rate(r, i));
    let ends: Vec<f64> = stats.flat_map(|s| [(s.mean - s.std).max(0.0), (s.mean + s.std).min(1.0)]).collect();
    let spread = ends.iter().fold(0.0f64, |m, e| m.max((e - ends[0]).abs()));
    let step = if spread > 0.3 { 0.1 } else { 0.02 };
    canvas::whole_steps(ends.into_iter(), step)
}

fn entries(results: &Results) -> Vec<Entry> {
    let bound = results.alpha_lower_bound.value;
    let entry = |color, sign, name: &str| Entry { color, sign, name: name.to_owned(), figure: String::new() };
    let solid = Sign::Line { dashed: false };
    let dashed = Sign::Line { dashed: true };
    let mut all =
        vec![entry(BLUE, Sign::Dot, "fixed alpha"), entry(PURPLE, dashed, &format!("lower bound {bound:.2}"))];
    if shape::trained_alphas(results).next().is_some() {
        all.insert(1, entry(ORANGE, Sign::Triangle, "trained alpha"));
    }
    if shape::softmax(results).is_some() {
        all.push(entry(BLACK, solid, "softmax"));
    }
    all
}
