//! The softmax's denominator of every sample, gathered block by block.
use super::packed::Packed;

/// For each padded sample: the largest logit m, the sum of exp(z - m), and the logit of the right class.
#[derive(Clone, Debug)]
pub(crate) struct Normalisers {
    pub(super) largest: Vec<f32>,
    pub(super) sum: Vec<f64>,
    pub(super) own: Vec<f32>,
}

impl Normalisers {
    pub(super) fn new(padded: usize) -> Self {
        Self { largest: vec![f32::NEG_INFINITY; padded], sum: vec![0.; padded], own: vec![0.; padded] }
    }

    /// Takes a block's (largest, sum) of one sample in.
    pub(super) fn add(&mut self, sample: usize, largest: f32, sum: f64) {
        let (old, most) = (self.largest[sample], self.largest[sample].max(largest));
        let shrink = |from: f32| if from == most { 1. } else { f64::from(from - most).exp() };
        self.sum[sample] = self.sum[sample] * shrink(old) + sum * shrink(largest);
        self.largest[sample] = most;
    }

    /// Takes the normalisers of other classes in.
    pub(super) fn merge(&mut self, other: &Self) {
        for n in 0..self.sum.len() {
            self.add(n, other.largest[n], other.sum[n]);
            self.own[n] += other.own[n];
        }
    }

    /// The mean over samples of -log softmax at the right class.
    pub(crate) fn loss(&self, samples: usize) -> f32 {
        let one = |n: usize| self.sum[n].ln() + f64::from(self.largest[n]) - f64::from(self.own[n]);
        ((0..samples).map(one).sum::<f64>() / samples as f64) as f32
    }

    /// What exp(z - m) is to be multiplied with; 0 for padding.
    pub(super) fn scales(&self, packed: &Packed<'_>, factor: f32) -> Vec<f32> {
        let one = |n| if n < packed.samples { (f64::from(factor) / self.sum[n]) as f32 } else { 0. };
        (0..packed.padded()).map(one).collect()
    }
}
