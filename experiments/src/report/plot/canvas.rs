//! Axes, lines, bands and points: the little of the drawing library that the plots need.
//!
//! Everything is drawn at twice the size at which it is looked at, since coordinates are whole
//! pixels.

use std::ops::Range;

use plotters::coord::types::RangedCoordf64;
use plotters::coord::Shift;
use plotters::prelude::*;

/// The width of every plot.
pub(super) const WIDTH: u32 = 1840;
/// The size of the text of axes and legends.
pub(super) const TEXT: f64 = 26.0;
/// The colour of axes.
pub(super) const INK: RGBColor = RGBColor(0x24, 0x29, 0x2f);
const GRID: RGBColor = RGBColor(0xe3, 0xe6, 0xea);

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
pub(super) type Drawn = Result<(), Box<dyn std::error::Error>>;

/// The axes of a chart.
pub(super) struct Axes<'f> {
    pub title: String,
    pub x_name: &'f str,
    pub y_name: &'f str,
    pub x: Range<f64>,
    pub y: Range<f64>,
    pub x_labels: usize,
    pub y_labels: usize,
    pub x_text: &'f dyn Fn(&f64) -> String,
    pub y_text: &'f dyn Fn(&f64) -> String,
}

/// Text of a size in pixels (the library's SVG divides sizes by 1.24).
pub(super) fn font(size: f64) -> TextStyle<'static> {
    ("sans-serif", size * 1.24).into_font().color(&INK)
}

/// Draws axes and grid, and gives the chart to draw on.
pub(super) fn chart<'a>(area: &Area<'a>, axes: &Axes<'_>) -> Result<Chart<'a>, Box<dyn std::error::Error>> {
    let mut builder = ChartBuilder::on(area);
    builder.margin(24).margin_right(36).x_label_area_size(84).y_label_area_size(112);
    if !axes.title.is_empty() {
        builder.caption(&axes.title, font(TEXT + 2.0));
    }
    let mut chart = builder.build_cartesian_2d(axes.x.clone(), axes.y.clone())?;
    chart
        .configure_mesh()
        .x_labels(axes.x_labels)
        .y_labels(axes.y_labels)
        .max_light_lines(0)
        .bold_line_style(GRID.stroke_width(2))
        .axis_style(INK.mix(0.6).stroke_width(2))
        .x_desc(axes.x_name)
        .y_desc(axes.y_name)
        .x_label_formatter(axes.x_text)
        .y_label_formatter(axes.y_text)
        .label_style(font(TEXT - 2.0))
        .axis_desc_style(font(TEXT))
        .draw()?;
    Ok(chart)
}

/// A line through the points, broken into dashes where asked.
pub(super) fn line(chart: &mut Chart<'_>, points: &[(f64, f64)], color: RGBColor, dashed: bool) -> Drawn {
    let style = color.stroke_width(4);
    let points = points.to_vec();
    if dashed {
        chart.draw_series(DashedLineSeries::new(points, 16, 10, style))?;
    } else {
        chart.draw_series(LineSeries::new(points, style))?;
    }
    Ok(())
}

/// The area between two lines over the same places: (x, low, high).
pub(super) fn band(chart: &mut Chart<'_>, edges: &[(f64, f64, f64)], color: RGBColor, opacity: f64) -> Drawn {
    let low = edges.iter().map(|e| (e.0, e.1));
    let high = edges.iter().rev().map(|e| (e.0, e.2));
    let outline: Vec<(f64, f64)> = low.chain(high).collect();
    chart.draw_series(std::iter::once(Polygon::new(outline, color.mix(opacity).filled())))?;
    Ok(())
}

/// A point with a bar of one deviation on either side.
pub(super) fn point(chart: &mut Chart<'_>, at: (f64, f64), deviation: f64, color: RGBColor, triangle: bool) -> Drawn {
    let bar = vec![(at.0, at.1 - deviation), (at.0, at.1 + deviation)];
    chart.draw_series(std::iter::once(PathElement::new(bar, color.stroke_width(3))))?;
    if triangle {
        chart.draw_series(std::iter::once(TriangleMarker::new(at, 15, color.filled())))?;
    } else {
        chart.draw_series(std::iter::once(Circle::new(at, 9, color.filled())))?;
    }
    Ok(())
}

/// A range that begins and ends on whole steps and holds all values.
pub(super) fn whole_steps(values: impl Iterator<Item = f64>, step: f64) -> Range<f64> {
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
    let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
    if low < high {
        low..high
    } else {
        low - step..low + step
    }
}

/// Numbers on an axis, without a tail of zeros.
pub(super) fn number(value: &f64) -> String {
    let rounded = (value * 1e6).round() / 1e6;
    (rounded + 0.0).to_string()
}
