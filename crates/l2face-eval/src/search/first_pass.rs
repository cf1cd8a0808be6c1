//! What a first pass has to offer, and what is checked before any.

use super::arith::Kind;
use super::Subjects;
use crate::{EvalError, UnitRows};

/// Gallery rows that share a bound and are held in cache together.
pub(super) const TILE: usize = 512;
/// Larger norms could overflow f32.
const LARGEST_NORM: f64 = 1e18;

/// Fast scores with a bound of their error. A score is the sum over words of the products that [`Kind`] says, times the row's scale.
pub(super) trait FirstPass: Sync {
    /// What a word of 32 bits holds.
    fn kind(&self) -> Kind;
    /// Words of a vector.
    fn words(&self) -> usize;
    /// Writes a probe's words to every `stride`-th place of `out`.
    fn write_probe(&self, probe: usize, out: &mut [u32], stride: usize);
    /// The words of gallery rows `from..to`, perhaps written into `scratch`.
    fn rows<'s>(&'s self, from: usize, to: usize, scratch: &'s mut Vec<u32>) -> &'s [u32];
    /// The scale of gallery rows `from..to`.
    fn scales(&self, from: usize, to: usize) -> &[f32];
    /// Fast scores times this are the scores, but for [`Self::error`].
    fn scale(&self, probe: usize) -> f64;
    /// How much a fast score times the scale differs from [`dot`](crate::dot), at most, for rows of a tile.
    fn error(&self, probe: usize, tile: usize) -> f64;
}

/// Rounds a bar to f32, never up.
pub(super) fn down(bar: f64) -> f32 {
    (bar as f32).next_down()
}

/// The Euclidean norm of a row, not rounded below the true one.
pub(super) fn norm_above(row: impl Iterator<Item = f64>) -> f64 {
    row.map(|v| v * v).sum::<f64>().sqrt() * (1.0 + 1e-9)
}

/// The norms of all rows.
///
/// # Errors
/// A norm so large that f32 could overflow.
pub(super) fn norms(what: &'static str, rows: &UnitRows) -> Result<Vec<f64>, EvalError> {
    let norms: Vec<f64> = (0..rows.len()).map(|i| norm_above(rows.row(i).iter().map(|v| f64::from(*v)))).collect();
    match norms.iter().position(|n| *n > LARGEST_NORM) {
        Some(i) => {
            let problem =
                format!("row {i} has norm {:e}, above {LARGEST_NORM:e}; scale the vectors to unit length", norms[i]);
            Err(EvalError::BadMatrix { what, problem })
        }
        None => Ok(norms),
    }
}

pub(super) fn check(
    probes: &UnitRows,
    gallery: &UnitRows,
    k: usize,
    subjects: Option<&Subjects<'_>>,
) -> Result<(), EvalError> {
    let bad = |what, problem| Err(EvalError::BadMatrix { what, problem });
    if k == 0 {
        return bad("search", "k is 0; ask for one hit or more".into());
    }
    if probes.dim() != gallery.dim() && probes.any_enrolled() && gallery.any_enrolled() {
        let problem =
            format!("vectors of {}, the gallery's have {}; one model must make both", probes.dim(), gallery.dim());
        return bad("probes", problem);
    }
    if u32::try_from(gallery.len()).is_err() {
        return bad("gallery", format!("{} rows, more than {}", gallery.len(), u32::MAX));
    }
    match subjects {
        Some(s) if s.probes.len() != probes.len() || s.gallery.len() != gallery.len() => {
            let (p, g) = (s.probes.len(), s.gallery.len());
            bad("subjects", format!("{p} and {g} for {} probes and {} gallery rows", probes.len(), gallery.len()))
        }
        _ => Ok(()),
    }
}
