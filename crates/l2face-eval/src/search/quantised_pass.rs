//! A first pass over vectors of 8 bits.

use pulp::bytemuck::cast_slice_mut;
use rayon::prelude::*;

use super::arith::Kind;
use super::first_pass::{norm_above, norms, FirstPass, TILE};
use crate::{EvalError, UnitRows};

/// The largest whole number of a gallery row.
const STEPS: f32 = 127.0;
/// The largest of a probe: as finely as sums in i32 allow, so that almost nothing is lost on its side.
const PROBE_STEPS: usize = i16::MAX as usize;
/// Two roundings of f32, doubled.
const ROUNDING: f64 = 1.0 / (1u64 << 22) as f64;
/// Longer rows would leave a probe fewer than 127 steps.
const LONGEST: usize = 100_000;

/// Rows as 8-bit whole numbers and one scale each, made once for a gallery: a quarter of its memory.
#[derive(Clone, Debug)]
pub struct QuantisedRows {
    dim: usize,
    /// Numbers of a row in `data`: `dim`, or one more that is 0, to be even.
    stride: usize,
    data: Vec<i8>,
    scales: Vec<f32>,
    tiles: Vec<Largest>,
}

/// The largest of some rows: norm, norm of what is kept, norm of what rounding takes away.
#[derive(Clone, Copy, Debug, Default)]
struct Largest {
    norm: f64,
    kept: f64,
    lost: f64,
}

impl QuantisedRows {
    /// Quantises all rows: row = scale x numbers from -127 to 127 + what is lost, whose norm is remembered.
    ///
    /// # Errors
    /// Rows of more than 100,000 numbers or of a norm above 1e18.
    pub fn new(rows: &UnitRows) -> Result<Self, EvalError> {
        if rows.dim() > LONGEST {
            let problem = format!("{} numbers a row, at most {LONGEST} can be searched with 8 bits", rows.dim());
            return Err(EvalError::BadMatrix { what: "gallery", problem });
        }
        norms("gallery", rows)?;
        let stride = rows.dim().next_multiple_of(2).max(2);
        let mut data = vec![0i8; rows.len() * stride];
        let each = data.par_chunks_exact_mut(stride).enumerate();
        let made: Vec<(f32, Largest)> = each.map(|(i, to)| quantise(rows.row(i), to, STEPS, |q| q as i8)).collect();
        let largest = |tile: &[(f32, Largest)]| tile.iter().fold(Largest::default(), |l, (_, r)| l.with(r));
        Ok(Self {
            dim: rows.dim(),
            stride,
            data,
            scales: made.iter().map(|(scale, _)| *scale).collect(),
            tiles: made.chunks(TILE).map(largest).collect(),
        })
    }
}

impl Largest {
    fn with(self, other: &Self) -> Self {
        Self { norm: self.norm.max(other.norm), kept: self.kept.max(other.kept), lost: self.lost.max(other.lost) }
    }
}

/// Row = scale x whole numbers up to `steps` + what is lost.
fn quantise<Q: Copy + Into<f64>>(row: &[f32], to: &mut [Q], steps: f32, whole: impl Fn(f32) -> Q) -> (f32, Largest) {
    let highest = row.iter().fold(0f32, |h, v| h.max(v.abs()));
    let scale = if highest / steps > f32::MIN_POSITIVE { highest / steps } else { 1.0 };
    to.iter_mut().zip(row).for_each(|(q, v)| *q = whole(rounded((v / scale).clamp(-steps, steps))));
    let kept = |q: &Q| f64::from(scale) * (*q).into();
    let lost = row.iter().zip(to.iter()).map(|(v, q)| f64::from(*v) - kept(q));
    let largest = Largest {
        norm: norm_above(row.iter().map(|v| f64::from(*v))),
        kept: norm_above(to.iter().map(kept)),
        lost: norm_above(lost),
    };
    (scale, largest)
}

/// The nearest whole number, for numbers below 2^22: what the sum cannot hold is rounded away. (`round` is a call for each number.)
fn rounded(value: f32) -> f32 {
    const HOLD: f32 = 3.0 * (1u32 << 22) as f32;
    (value + HOLD) - HOLD
}

pub(super) struct QuantisedPass<'a> {
    gallery: &'a QuantisedRows,
    /// The probes' whole numbers, the gallery's `stride` a row.
    probes: Vec<i16>,
    scales: Vec<f32>,
    each: Vec<Largest>,
}

impl<'a> QuantisedPass<'a> {
    pub fn new(probes: &UnitRows, gallery: &UnitRows, quantised: &'a QuantisedRows) -> Result<Self, EvalError> {
        if (quantised.dim, quantised.scales.len()) != (gallery.dim(), gallery.len()) {
            let (rows, dim) = (quantised.scales.len(), quantised.dim);
            let problem = format!("{rows} rows of {dim}, the gallery has {} of {}", gallery.len(), gallery.dim());
            return Err(EvalError::BadMatrix { what: "quantised rows", problem });
        }
        norms("probes", probes)?;
        let stride = quantised.stride;
        let steps = PROBE_STEPS.min(i32::MAX as usize / (STEPS as usize * stride)) as f32;
        let mut data = vec![0i16; probes.len() * stride];
        let rows = data.par_chunks_exact_mut(stride).enumerate();
        let made: Vec<_> = rows.map(|(i, to)| quantise(probes.row(i), to, steps, |q| q as i16)).collect();
        let (scales, each) = made.into_iter().unzip();
        Ok(Self { gallery: quantised, probes: data, scales, each })
    }
}

impl FirstPass for QuantisedPass<'_> {
    fn kind(&self) -> Kind {
        Kind::Whole
    }

    fn words(&self) -> usize {
        self.gallery.stride / 2
    }

    fn write_probe(&self, probe: usize, out: &mut [u32], stride: usize) {
        let half = |q: i16| u32::from(q as u16);
        let pairs = self.probes[probe * self.gallery.stride..][..self.gallery.stride].chunks_exact(2);
        out.iter_mut().step_by(stride).zip(pairs).for_each(|(to, q)| *to = half(q[0]) | half(q[1]) << 16);
    }

    fn rows<'s>(&'s self, from: usize, to: usize, scratch: &'s mut Vec<u32>) -> &'s [u32] {
        let bytes = &self.gallery.data[from * self.gallery.stride..to * self.gallery.stride];
        scratch.resize(bytes.len() / 2, 0);
        let halves: &mut [i16] = cast_slice_mut(scratch);
        halves.iter_mut().zip(bytes).for_each(|(to, from)| *to = i16::from(*from));
        scratch
    }

    fn scales(&self, from: usize, to: usize) -> &[f32] {
        &self.gallery.scales[from..to]
    }

    fn scale(&self, probe: usize) -> f64 {
        f64::from(self.scales[probe])
    }

    /// With a = kept a + lost a and b likewise, |a.b - kept a . kept b| <= |kept a| |lost b| + |lost a| |b| (Cauchy and Schwarz).
    fn error(&self, probe: usize, tile: usize) -> f64 {
        let (a, b) = (&self.each[probe], &self.gallery.tiles[tile]);
        let quantisation = a.kept * b.lost + a.lost * b.norm;
        let rounding = ROUNDING * a.kept * b.kept + self.words() as f64 * 1e-14 * a.norm * b.norm;
        quantisation + rounding + f64::from(f32::MIN_POSITIVE) * self.scale(probe)
    }
}
