//! Boxes by where they lie and how large they are.
use super::Overlap;
use crate::corners::Corners;
use std::collections::HashMap;

/// Indices of boxes by the power of two below the longer side, and the cell, of twice that power, of the left top corner.
///
/// If intersection over union of two boxes is above one half, then each side of one is less than twice that of the other, so their powers
/// differ by at most one; and as they overlap, so do their cells' neighbourhoods.
#[derive(Default)]
pub struct Places {
    cells: HashMap<(i32, i64, i64), Vec<usize>>,
}

impl Places {
    /// Whether boxes that are not [`near`](Self::near) cannot suppress each other.
    pub fn suit(overlap: Overlap, limit: f64) -> bool {
        overlap == Overlap::Union && limit >= 0.5
    }

    pub fn add(&mut self, b: Corners, index: usize) {
        let power = power(b);
        self.cells.entry((power, cell(b[0], power), cell(b[1], power))).or_default().push(index);
    }

    /// All that were added and share more than half of the union with `b`, and others.
    pub fn near(&self, b: Corners) -> impl Iterator<Item = usize> + '_ {
        let own = power(b);
        (own - 1..=own + 1).flat_map(move |power| {
            // A corner between its box's side before `b` and the end of `b`.
            let axis = move |from: f32, to: f32| cell(from, power) - 1..=cell(to, power);
            let cells = axis(b[1], b[3]).flat_map(move |y| axis(b[0], b[2]).map(move |x| (power, x, y)));
            cells.filter_map(|key| self.cells.get(&key)).flatten().copied()
        })
    }
}

fn power(b: Corners) -> i32 {
    (b[2] - b[0]).max(b[3] - b[1]).clamp(1., f32::MAX).log2().floor() as i32
}

fn cell(at: f32, power: i32) -> i64 {
    (at / 2f32.powi(power + 1)).floor() as i64
}
