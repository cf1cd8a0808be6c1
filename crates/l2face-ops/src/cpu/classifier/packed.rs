//! A batch of features laid out for sixteen samples, or sixteen features, at a time.

/// What all blocks share. Samples are padded to a multiple of sixteen with zeros, features likewise.
pub(super) struct Packed<'a> {
    /// The number of samples N.
    pub samples: usize,
    /// The number of features D.
    pub dim: usize,
    /// (panels of samples, D, 16): for the logits.
    pub by_sample: Vec<f32>,
    /// (panels of features, padded samples, 16): for the gradient of W.
    pub by_feature: Vec<f32>,
    /// The right class of each sample.
    pub labels: &'a [u32],
}

impl<'a> Packed<'a> {
    /// From `x` (N, D).
    pub fn new(x: &[f32], labels: &'a [u32]) -> Self {
        let (samples, dim) = (labels.len(), x.len() / labels.len());
        let (panels, feature_panels) = (samples.div_ceil(16), dim.div_ceil(16));
        let mut by_sample = vec![0f32; panels * dim * 16];
        let mut by_feature = vec![0f32; feature_panels * panels * 256];
        for (n, row) in x.chunks_exact(dim).enumerate() {
            for (k, value) in row.iter().enumerate() {
                by_sample[((n / 16) * dim + k) * 16 + n % 16] = *value;
                by_feature[((k / 16) * panels * 16 + n) * 16 + k % 16] = *value;
            }
        }
        Self { samples, dim, by_sample, by_feature, labels }
    }

    /// Panels of sixteen samples.
    pub fn panels(&self) -> usize {
        self.samples.div_ceil(16)
    }

    /// Samples with their padding.
    pub fn padded(&self) -> usize {
        self.panels() * 16
    }

    /// [`row`] of this batch.
    pub fn row(&self) -> usize {
        row(self.samples)
    }
}

/// Numbers from one class's logits to the next one's: an odd number of cache lines, so that a column of them
/// does not fall on a few sets of the cache.
pub(crate) fn row(samples: usize) -> usize {
    (samples.div_ceil(16) | 1) * 16
}
