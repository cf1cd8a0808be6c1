//! The ROC of pairs, with its interval, for a plot.
use super::schema::FoldRates;
use crate::report::{Look, RocCurve};
use anyhow::{Context, Result};
use l2face_metrics::clopper_pearson;

/// Coverage of the band.
const CONFIDENCE: f64 = 0.95;

/// What the band is, for a caption.
pub const BAND: &str = "ROC over all pairs; the band is the 95 % Clopper-Pearson interval of TAR, pairs taken as independent. Left of one \
    false accept in all impostor pairs it shows the rate at none. Beside the names: the rate at the lowest FAR drawn.";

/// The mean ROC of one row's seeds, all on one grid, between the means of the intervals' ends.
///
/// # Errors
/// No seed at all.
pub fn roc_curve(label: &str, look: Look, seeds: &[&FoldRates]) -> Result<RocCurve> {
    let first = seeds.first().context("no seed was run")?;
    let mut curve = RocCurve { label: label.into(), look, far: vec![], tar: vec![], low: vec![], high: vec![] };
    for (i, [far, _]) in first.roc.iter().enumerate() {
        let points = seeds.iter().map(|rates| point(rates, i)).collect::<Result<Vec<_>>>()?;
        let mean = |of: fn(&[f64; 3]) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
        curve.far.push(*far);
        curve.tar.push(mean(|p| p[0]));
        curve.low.push(mean(|p| p[1]));
        curve.high.push(mean(|p| p[2]));
    }
    Ok(curve)
}

/// TAR and its interval at a place of the grid.
fn point(rates: &FoldRates, i: usize) -> Result<[f64; 3]> {
    let [_, tar] = *rates.roc.get(i).context("the ROCs of two seeds are not on one grid")?;
    let accepted = (tar * rates.genuine as f64).round() as usize;
    let (low, high) = clopper_pearson(accepted, rates.genuine, CONFIDENCE)?;
    Ok([tar, low, high])
}
