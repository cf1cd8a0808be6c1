//! Feature norm, before any normalisation, against the quality of the face.

use super::super::row::{NormBin, Row};
use super::super::schema::Results;
use super::super::shape::networks;
use super::super::text;
use super::canvas::{self, band, line, point, Area, Axes, Drawn};
use super::style::look;

/// The most panels drawn: softmax, and beside it the best of the others.
const PANELS: usize = 2;

pub(super) fn has_data(results: &Results) -> bool {
    !rows(results).is_empty()
}

pub(super) fn draw(results: &Results, area: &Area<'_>) -> Drawn {
    let rows = rows(results);
    for (row, panel_area) in rows.iter().zip(area.split_evenly((1, rows.len()))) {
        panel(results, row, &panel_area)?;
    }
    Ok(())
}

fn rows(results: &Results) -> Vec<&Row> {
    let known = |r: &&Row| !filled(r).is_empty();
    let mut rows: Vec<&Row> = networks(results).into_iter().filter(known).collect();
    let rate = |r: &Row| r.mean.tar.first().map_or(0.0, |t| t.conservative.mean);
    rows.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    rows.sort_by_key(|r| r.name != "softmax");
    rows.truncate(PANELS);
    rows
}

fn filled(row: &Row) -> Vec<&NormBin> {
    let bins = row.norm_quality.iter().flatten();
    bins.filter(|b| b.n > 0).collect()
}

fn panel(results: &Results, row: &Row, area: &Area<'_>) -> Drawn {
    let bins = filled(row);
    let highest = bins.iter().fold(0.0f64, |m, b| m.max(b.p75.max(b.mean_norm)));
    let axes = Axes {
        title: text::clean(&row.label, 26),
        x_name: "quality of the face (0 worst, 1 best)",
        y_name: "feature norm",
        x: range(&bins),
        y: 0.0..(highest * 1.08).max(1e-6),
        x_labels: 8,
        y_labels: 8,
        x_text: &canvas::number,
        y_text: &canvas::number,
    };
    let mut chart = canvas::chart(area, &axes)?;
    let color = look(results, row).color;
    let middle = |b: &NormBin| (b.quality_lo + b.quality_hi) / 2.0;
    let edges: Vec<_> = bins.iter().map(|b| (middle(b), b.p25, b.p75)).collect();
    let means: Vec<_> = bins.iter().map(|b| (middle(b), b.mean_norm)).collect();
    band(&mut chart, &edges, color, 0.15)?;
    line(&mut chart, &means, color, false)?;
    for mean in means {
        point(&mut chart, mean, 0.0, color, false)?;
    }
    Ok(())
}

fn range(bins: &[&NormBin]) -> std::ops::Range<f64> {
    let edges = bins.iter().flat_map(|b| [b.quality_lo, b.quality_hi]);
    canvas::whole_steps(edges, 0.1)
}
