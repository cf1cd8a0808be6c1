//! Random changes of training crops.

use crate::rgb::Rgb8;
use serde::{Deserialize, Serialize};

/// Mirror with probability 1/2 and shift by whole pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Augment {
    /// Mirror half of the crops.
    pub mirror: bool,
    /// Shift both axes by -max_shift ..= max_shift pixels; the edge's pixels are repeated into the gap.
    pub max_shift: usize,
}

impl Augment {
    /// A changed copy. Every call draws exactly three 32-bit numbers, whatever the settings and outcomes, so that
    /// streams stay in step.
    pub fn apply(&self, img: &Rgb8, rng: &mut impl rand::Rng) -> Rgb8 {
        let draws: [u32; 3] = [rng.next_u32(), rng.next_u32(), rng.next_u32()];
        let mirror = self.mirror && draws[0] >> 31 == 1;
        let (dx, dy) = (self.shift(draws[1]), self.shift(draws[2]));
        let (width, height) = (img.width(), img.height());
        Rgb8::from_fn(width, height, |x, y| {
            let sx = clamp(x as i64 - dx, width);
            let sy = clamp(y as i64 - dy, height);
            img.pixel(if mirror { width - 1 - sx } else { sx }, sy)
        })
    }

    /// A uniform whole number in -max_shift ..= max_shift by multiplication (bias below 1e-6 for real shifts).
    fn shift(&self, draw: u32) -> i64 {
        let choices = 2 * self.max_shift as u128 + 1;
        ((u128::from(draw) * choices) >> 32) as i64 - self.max_shift as i64
    }
}

fn clamp(v: i64, len: usize) -> usize {
    v.clamp(0, len as i64 - 1) as usize
}
