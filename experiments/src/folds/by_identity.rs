//! Intervals by resampling identities, which comparisons are not independent within.
use anyhow::Result;
use l2face_eval::FoldScores;
use l2face_metrics::{Bootstrap, BootstrapInterval, IdentityComparisons};

/// Resamplings of a list that is not too long.
const REPLICATES: usize = 1000;
/// Fewest of a list that is.
const FEWEST: usize = 100;
/// Comparisons that all replicates of one rate may go through.
const WORK: usize = 1_000_000_000;
/// Coverage.
const CONFIDENCE: f64 = 0.95;

/// The interval of the conservative TAR at each FAR; none where the labels are not those of the identities.
///
/// # Errors
/// No comparison of one of the kinds.
pub fn by_identity(scores: &FoldScores, fars: &[f64]) -> Result<Vec<BootstrapInterval>> {
    let Some(all) = scores.comparisons() else { return Ok(vec![]) };
    let replicates = (WORK / all.len().max(1)).clamp(FEWEST, REPLICATES);
    let comparisons = IdentityComparisons::new(&all)?;
    let bootstrap = Bootstrap { replicates, confidence: CONFIDENCE, seed: 0 };
    fars.iter().map(|&far| Ok(comparisons.tar_interval(far, bootstrap)?)).collect()
}
