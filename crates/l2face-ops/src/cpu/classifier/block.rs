//! One block of classes: its logits, what they add to the normalisers, and its gradients.
use super::exp::exp;
use super::packed::Packed;
use super::tile::{multiply, Lanes, Scalars, Sums};
use crate::cpu::simd::{Eight, Kernel, Simd};

/// Classes of one block: their weights stay in a core's second cache while three products use them.
pub(super) const BLOCK: usize = 96;
/// Features of one pass over the weights, so that a panel of samples stays in the first cache.
const FEATURES: usize = 256;

/// Consecutive classes: their weights (rows, D) and biases.
#[derive(Clone, Copy)]
pub(super) struct Classes<'a> {
    pub first: usize,
    pub weight: &'a [f32],
    pub bias: Option<&'a [f32]>,
}

/// logits (rows, [`Packed::row`]) = W x + b.
pub(super) struct Logits<'a> {
    pub packed: &'a Packed<'a>,
    pub classes: Classes<'a>,
    pub logits: &'a mut [f32],
}

impl Kernel for Logits<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (dim, row) = (self.packed.dim, self.packed.row());
        let rows = self.classes.weight.len() / dim;
        match self.classes.bias {
            Some(bias) => self.logits.chunks_exact_mut(row).zip(bias).for_each(|(z, b)| z.fill(*b)),
            None => self.logits.fill(0.),
        }
        for panel in 0..self.packed.panels() {
            for from in (0..dim).step_by(FEATURES) {
                let a = Scalars { data: &self.classes.weight[from..], row: dim, step: 1 };
                let b = Lanes { data: &self.packed.by_sample[(panel * dim + from) * 16..], step: 16 };
                let out = Sums { data: &mut self.logits[panel * 16..], row, add: true };
                multiply(s, rows, FEATURES.min(dim - from), a, b, out);
            }
        }
    }
}

/// The largest logit of sixteen samples in this block, and the sum of exp(z - largest).
pub(super) struct Normaliser<'a> {
    pub logits: &'a [f32],
    pub row: usize,
    pub panel: usize,
}

impl Kernel for Normaliser<'_> {
    type Output = [Eight; 4];
    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> [Eight; 4] {
        let mut out = [[0.; 8]; 4];
        for half in 0..2 {
            let column = || self.logits.chunks_exact(self.row);
            let at = self.panel * 16 + half * 8;
            let mut most = s.splat(f32::NEG_INFINITY);
            for row in column() {
                most = s.max(most, s.load(eight(row, at)));
            }
            // A block may be switched off as a whole, by biases of minus infinity: their difference would be NaN.
            let base = s.max(s.splat(f32::MIN), most);
            let mut sum = s.splat(0.);
            for row in column() {
                sum = s.add(sum, exp(s, s.sub(s.load(eight(row, at)), base)));
            }
            s.store(most, &mut out[half]);
            s.store(sum, &mut out[2 + half]);
        }
        out
    }
}

#[inline(always)]
fn eight(row: &[f32], at: usize) -> &Eight {
    match row[at..at + 8].try_into() {
        Ok(eight) => eight,
        Err(_) => unreachable!("eight are eight"),
    }
}

/// logits become exp(z - largest) * scale; `largest` and `scale` have one number per padded sample.
pub(super) struct Softmax<'a> {
    pub logits: &'a mut [f32],
    pub row: usize,
    pub largest: &'a [f32],
    pub scale: &'a [f32],
}

impl Kernel for Softmax<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for row in self.logits.chunks_exact_mut(self.row) {
            for at in (0..self.scale.len()).step_by(8) {
                let (largest, scale) = (s.load(eight(self.largest, at)), s.load(eight(self.scale, at)));
                let value = s.mul(exp(s, s.sub(s.load(eight(row, at)), largest)), scale);
                let Ok(to) = (&mut row[at..at + 8]).try_into() else { return };
                s.store(value, to);
            }
        }
    }
}

/// dx (panels of samples, D, 16) += dlogits' W.
pub(super) struct InputGradient<'a> {
    pub packed: &'a Packed<'a>,
    pub classes: Classes<'a>,
    pub dlogits: &'a [f32],
    pub dx: &'a mut [f32],
}

impl Kernel for InputGradient<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (dim, step) = (self.packed.dim, self.packed.row());
        let rows = self.classes.weight.len() / dim;
        for panel in 0..self.packed.panels() {
            let a = Scalars { data: self.classes.weight, row: 1, step: dim };
            let b = Lanes { data: &self.dlogits[panel * 16..], step };
            let out = Sums { data: &mut self.dx[panel * dim * 16..], row: 16, add: true };
            multiply(s, dim, rows, a, b, out);
        }
    }
}

/// dw (rows, D) = dlogits x.
pub(super) struct WeightGradient<'a> {
    pub packed: &'a Packed<'a>,
    pub dlogits: &'a [f32],
    pub dw: &'a mut [f32],
}

impl Kernel for WeightGradient<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let p = self.packed;
        let (rows, samples) = (self.dw.len() / p.dim, p.samples);
        let a = Scalars { data: self.dlogits, row: p.row(), step: 1 };
        for (panel, x) in p.by_feature.chunks_exact(p.padded() * 16).enumerate() {
            let b = Lanes { data: x, step: 16 };
            let left = p.dim - panel * 16;
            if left >= 16 {
                let out = Sums { data: &mut self.dw[panel * 16..], row: p.dim, add: false };
                multiply(s, rows, samples, a, b, out);
                continue;
            }
            let mut last = [0f32; BLOCK * 16];
            multiply(s, rows, samples, a, b, Sums { data: &mut last, row: 16, add: false });
            for (to, from) in self.dw.chunks_exact_mut(p.dim).zip(last.chunks_exact(16)) {
                to[panel * 16..].copy_from_slice(&from[..left]);
            }
        }
    }
}
