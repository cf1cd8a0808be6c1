//! The look of a row, the same in every plot.
//!
//! Fixed alphas run along a part of the viridis scale, which stays ordered for the colour-blind and
//! in grey; softmax is black and a trained alpha an orange that none of the others comes near, and
//! dashed. With TPE a row has the colour of its network, dashed (grey, if its alpha is trained).

use plotters::style::RGBColor;

use super::super::row::{Row, RowId};
use super::super::schema::Results;
use super::super::shape;
use crate::row_name::{has_tpe, trained_name};

/// Softmax.
pub(super) const BLACK: RGBColor = RGBColor(0, 0, 0);
/// A trained alpha.
pub(super) const ORANGE: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
/// The fixed alphas, where they are one line.
pub(super) const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
/// The lower bound.
pub(super) const PURPLE: RGBColor = RGBColor(0xa0, 0x3c, 0x78);
const GREY: RGBColor = RGBColor(0x76, 0x76, 0x76);

/// From low to high alpha.
const SCALE: [RGBColor; 5] = [
    RGBColor(0x48, 0x18, 0x6a),
    RGBColor(0x3b, 0x52, 0x8b),
    RGBColor(0x25, 0x84, 0x8e),
    RGBColor(0x2f, 0xb4, 0x7c),
    RGBColor(0x8f, 0xc8, 0x2a),
];

/// Colour and dashes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    pub(super) color: RGBColor,
    pub(super) dashed: bool,
}

impl Look {
    /// Of a curve that is alone.
    pub const ALONE: Self = Self { color: BLUE, dashed: false };
    /// Of one beside it.
    pub const BESIDE: Self = Self { color: ORANGE, dashed: true };
}

pub(super) fn look(results: &Results, row: &Row) -> Look {
    let fixed: Vec<&str> = shape::fixed(results).iter().map(|r| r.name.as_str()).collect();
    among(&fixed, &row.name, row.alpha_trained)
}

/// The looks of rows, in their order.
pub fn looks(rows: &[&RowId]) -> Vec<Look> {
    let mut fixed: Vec<(f64, &str)> = vec![];
    fixed.extend(
        rows.iter().filter(|r| !r.alpha_trained && !has_tpe(&r.name)).filter_map(|r| Some((r.alpha?, r.name.as_str()))),
    );
    fixed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let fixed: Vec<&str> = fixed.into_iter().map(|(_, name)| name).collect();
    rows.iter().map(|r| among(&fixed, &r.name, r.alpha_trained)).collect()
}

/// The look of a row, the fixed alphas given by rising alpha.
fn among(fixed: &[&str], name: &str, alpha_trained: bool) -> Look {
    let (network, tpe) = (trained_name(name), has_tpe(name));
    let color = match fixed.iter().position(|r| *r == network) {
        Some(i) => along(i as f64 / (fixed.len() - 1).max(1) as f64),
        None if alpha_trained && !tpe => ORANGE,
        None if network == "softmax" => BLACK,
        None => GREY,
    };
    Look { color, dashed: alpha_trained || tpe }
}

/// The colour at a place in [0, 1] of the scale.
fn along(place: f64) -> RGBColor {
    let x = place.clamp(0.0, 1.0) * (SCALE.len() - 1) as f64;
    let i = (x as usize).min(SCALE.len() - 2);
    let (a, b, t) = (SCALE[i], SCALE[i + 1], x - i as f64);
    let mix = |from: u8, to: u8| (f64::from(from) * (1.0 - t) + f64::from(to) * t).round() as u8;
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}
