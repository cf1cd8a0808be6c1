//! Verification by feature norm, averaged over the seeds.

use l2face_eval::{NormBin, NormBins};
use l2face_metrics::clopper_pearson;

use super::row::{NormTar, Row};

/// Coverage of the interval.
const CONFIDENCE: f64 = 0.95;

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
        interval: interval(&bins),
        k_zero: bins.iter().any(|b| b.k_zero),
    }
}

/// The mean of the ends of the seeds that have a rate.
fn interval(bins: &[&NormBin]) -> Option<[f64; 2]> {
    let ends: Vec<(f64, f64)> = bins.iter().filter_map(|bin| clopper_pearson_of(bin)).collect();
    let mean_of = |end: fn(&(f64, f64)) -> f64| mean(&ends.iter().map(end).collect::<Vec<_>>());
    (!ends.is_empty()).then(|| [mean_of(|e| e.0), mean_of(|e| e.1)])
}

/// Of the comparisons accepted, which are whole: the rate is a share of the genuine ones.
pub fn clopper_pearson_of(bin: &NormBin) -> Option<(f64, f64)> {
    let accepted = (bin.tar? * bin.genuine as f64).round() as usize;
    clopper_pearson(accepted, bin.genuine, CONFIDENCE).ok()
}

fn mean(values: &[f64]) -> f64 {
    l2face_metrics::mean_std(values).0
}
