//! A first pass in f32.

use pulp::bytemuck::cast_slice;

use super::arith::Kind;
use super::first_pass::{norms, FirstPass, TILE};
use crate::{EvalError, UnitRows};

/// Half the distance from 1 to the next f32.
const UNIT: f64 = 1.0 / (1u64 << 24) as f64;

pub(super) struct FloatPass<'a> {
    probes: &'a UnitRows,
    gallery: &'a UnitRows,
    probe_norms: Vec<f64>,
    /// The largest norm of each tile.
    tile_norms: Vec<f64>,
    ones: Vec<f32>,
    /// Error of a sum of `dim` products in any order, over the product of the norms.
    error: f64,
}

impl<'a> FloatPass<'a> {
    pub fn new(probes: &'a UnitRows, gallery: &'a UnitRows) -> Result<Self, EvalError> {
        let largest = |tile: &[f64]| tile.iter().copied().fold(0.0, f64::max);
        let gallery_norms = norms("gallery", gallery)?;
        // n u / (1 - n u) (Higham, Accuracy and Stability of Numerical Algorithms, 3.1), for f32 here and for f64 in `dot`
        let n = (gallery.dim().max(1) + 2) as f64;
        Ok(Self {
            probes,
            gallery,
            probe_norms: norms("probes", probes)?,
            tile_norms: gallery_norms.chunks(TILE).map(largest).collect(),
            ones: vec![1.0; TILE],
            error: n * UNIT / (1.0 - n * UNIT).max(0.5) + n * 1e-15,
        })
    }
}

impl FirstPass for FloatPass<'_> {
    fn kind(&self) -> Kind {
        Kind::Float
    }

    fn words(&self) -> usize {
        self.gallery.dim()
    }

    fn write_probe(&self, probe: usize, out: &mut [u32], stride: usize) {
        let places = out.iter_mut().step_by(stride);
        places.zip(self.probes.row(probe)).for_each(|(to, from)| *to = from.to_bits());
    }

    fn rows<'s>(&'s self, from: usize, to: usize, _: &'s mut Vec<u32>) -> &'s [u32] {
        cast_slice(self.gallery.block(from, to))
    }

    fn scales(&self, from: usize, to: usize) -> &[f32] {
        &self.ones[..to - from]
    }

    fn scale(&self, _: usize) -> f64 {
        1.0
    }

    fn error(&self, probe: usize, tile: usize) -> f64 {
        let underflow = self.words() as f64 * f64::from(f32::MIN_POSITIVE);
        self.error * self.probe_norms[probe] * self.tile_norms[tile] + underflow
    }
}
