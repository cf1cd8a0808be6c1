//! Legends stand beside or below a chart, never on it.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::super::text;
use super::canvas::{font, Area, Drawn, TEXT};

/// The width of the legend at the right of a chart.
pub(super) const SIDE: u32 = 400;
const LINE: i32 = 46;
const SWATCH: i32 = 56;

/// What stands before a name.
#[derive(Clone, Copy)]
pub(super) enum Sign {
    Line { dashed: bool },
    Dot,
    Triangle,
}

/// One name of a legend.
pub(super) struct Entry {
    pub color: RGBColor,
    pub sign: Sign,
    pub name: String,
    /// A figure at the right of the name, or nothing.
    pub figure: String,
}

/// Names below one another, from the top.
pub(super) fn column(area: &Area<'_>, title: &str, entries: &[Entry]) -> Drawn {
    let left = 12;
    let top = 60;
    area.draw(&Text::new(title.to_owned(), (left, top), middle(HPos::Left)))?;
    for (i, entry) in entries.iter().enumerate() {
        let y = top + LINE * (i as i32 + 1);
        draw(area, (left, y), entry)?;
        let right = (SIDE as i32 - 36, y);
        area.draw(&Text::new(entry.figure.clone(), right, middle(HPos::Right)))?;
    }
    Ok(())
}

/// Names side by side, each in its share of the width.
pub(super) fn strip(area: &Area<'_>, entries: &[Entry]) -> Drawn {
    let (width, height) = area.dim_in_pixel();
    let share = (width as i32 - 120) / entries.len().max(1) as i32;
    for (i, entry) in entries.iter().enumerate() {
        draw(area, (120 + share * i as i32, height as i32 / 2), entry)?;
    }
    Ok(())
}

fn draw(area: &Area<'_>, (x, y): (i32, i32), entry: &Entry) -> Drawn {
    let fill = entry.color.filled();
    let centre = (x + SWATCH / 2, y);
    match entry.sign {
        Sign::Line { dashed } => swatch(area, (x, y), entry.color, dashed)?,
        Sign::Dot => area.draw(&Circle::new(centre, 9, fill))?,
        Sign::Triangle => area.draw(&TriangleMarker::new(centre, 15, fill))?,
    }
    let name = text::clean(&entry.name, 26);
    let at = (x + SWATCH + 16, y);
    area.draw(&Text::new(name, at, middle(HPos::Left)))?;
    Ok(())
}

fn swatch(area: &Area<'_>, (x, y): (i32, i32), color: RGBColor, dashed: bool) -> Drawn {
    let pieces: &[(i32, i32)] = if dashed { &[(0, 16), (26, 42)] } else { &[(0, SWATCH)] };
    for (from, to) in pieces {
        let ends = vec![(x + from, y), (x + to, y)];
        area.draw(&PathElement::new(ends, color.stroke_width(5)))?;
    }
    Ok(())
}

fn middle(h: HPos) -> TextStyle<'static> {
    font(TEXT).pos(Pos::new(h, VPos::Center))
}
