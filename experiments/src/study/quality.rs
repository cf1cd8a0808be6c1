//! The known quality of generated faces, and the feature norm against it.

use crate::report::NormBin;
use anyhow::{Context, Result};
use l2face_eval::Face;
use std::collections::BTreeMap;
use std::path::Path;

/// The quality of each of the protocol's faces, from `quality.csv` (file, quality).
pub fn read(path: &Path, faces: &[Face]) -> Result<Vec<f64>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    let mut table = BTreeMap::new();
    for record in reader.deserialize() {
        let (file, quality): (String, f64) = record.with_context(|| path.display().to_string())?;
        table.insert(file, quality);
    }
    let find =
        |file: &String| table.get(file).copied().with_context(|| format!("{}: {file} is missing", path.display()));
    faces.iter().map(|face| find(&face.file)).collect()
}

/// Feature norms within ten equal ranges of quality, over all seeds' faces; empty ranges are left out.
pub fn norm_bins(pairs: &[(f64, f32)]) -> Vec<NormBin> {
    (0..10).filter_map(|i| bin(pairs, f64::from(i) / 10.0, f64::from(i + 1) / 10.0)).collect()
}

fn bin(pairs: &[(f64, f32)], lo: f64, hi: f64) -> Option<NormBin> {
    let inside = |q: f64| q >= lo && (q < hi || hi == 1.0 && q == 1.0);
    let mut norms: Vec<f64> = pairs.iter().filter(|(q, _)| inside(*q)).map(|(_, n)| f64::from(*n)).collect();
    norms.sort_by(f64::total_cmp);
    let n = norms.len();
    (n > 0).then(|| NormBin {
        quality_lo: lo,
        quality_hi: hi,
        n,
        mean_norm: norms.iter().sum::<f64>() / n as f64,
        p25: norms[n / 4],
        p75: norms[(3 * n / 4).min(n - 1)],
    })
}

#[cfg(test)]
mod tests {
    use super::norm_bins;

    #[test]
    fn norms_are_binned_by_quality() {
        let bins = norm_bins(&[(0.05, 1.0), (0.07, 3.0), (0.95, 8.0), (1.0, 10.0)]);
        assert_eq!(bins.len(), 2);
        assert_eq!((bins[0].n, bins[0].mean_norm), (2, 2.0));
        assert_eq!((bins[1].n, bins[1].mean_norm, bins[1].quality_hi), (2, 9.0, 1.0));
    }
}
