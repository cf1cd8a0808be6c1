//! Verification by feature norm, averaged over the seeds.

use l2face_eval::{NormBin, NormBins};

use super::row::{NormTar, Row};

impl Row {
    /// Adds the verification rates by feature norm, one [`NormBins`] per seed.
    ///
    /// A third that some seed lacks is left out.
    pub fn with_norm_tar(mut self, per_seed: &[NormBins]) -> Self {
        let thirds = per_seed.iter().map(|s| s.bins.len()).min().unwrap_or(0);
        self.norm_tar = (0..thirds).map(|i| third(per_seed, i)).collect();
        self
    }
}

fn third(per_seed: &[NormBins], i: usize) -> NormTar {
    let bins: Vec<&NormBin> = per_seed.iter().map(|s| &s.bins[i]).collect();
    let tars: Vec<f64> = bins.iter().filter_map(|b| b.tar).collect();
    NormTar {
        far: per_seed[0].far,
        norm_lo: mean(&bins.iter().map(|b| b.low).collect::<Vec<_>>()),
        norm_hi: mean(&bins.iter().map(|b| b.high).collect::<Vec<_>>()),
        tar: (!tars.is_empty()).then(|| mean(&tars)),
        k_zero: bins.iter().any(|b| b.k_zero),
    }
}

fn mean(values: &[f64]) -> f64 {
    l2face_metrics::mean_std(values).0
}
