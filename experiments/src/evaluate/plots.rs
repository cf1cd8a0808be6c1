//! The ROC of an evaluation.
use super::results::Results;
use crate::folds::{roc_curve, BAND};
use crate::report::{roc_plot, Look, Plot, RocCurve};
use anyhow::Result;
use l2face_eval::{IjbBcResult, IjbaResult};
use l2face_metrics::clopper_pearson;

const OVER_SPLITS: &str =
    "ROC: the mean over the splits, and one standard deviation on either side. Beside the names: the rate at the \
    lowest FAR drawn.";
/// What a curve without TPE is called.
const PLAIN: &str = "cosine";
/// Coverage of the band.
const CONFIDENCE: f64 = 0.95;

/// What the picture shows; nothing without a ROC.
pub(super) fn caption(results: &Results) -> Option<&'static str> {
    match results {
        Results { ijba: Some(_), .. } => Some(OVER_SPLITS),
        Results { folds: Some(_), .. } | Results { ijbbc: Some(_), .. } => Some(BAND),
        _ => None,
    }
}

/// The plots, in the order of the page.
///
/// # Errors
/// A failure of the drawing library.
pub(super) fn plots(results: &Results) -> Result<Vec<Plot>> {
    let Some(caption) = caption(results) else { return Ok(vec![]) };
    let mut curves = vec![];
    if let Some(rates) = &results.folds {
        curves.push(roc_curve(PLAIN, Look::ALONE, &[rates])?);
    }
    curves.extend(results.ijba.iter().map(|r| over_splits(PLAIN, Look::ALONE, r)));
    curves.extend(results.ijba_tpe.iter().map(|r| over_splits("with TPE", Look::BESIDE, r)));
    if let Some(result) = &results.ijbbc {
        curves.push(of_one(result)?);
    }
    Ok(vec![roc_plot(&curves, caption)?])
}

fn over_splits(label: &str, look: Look, result: &IjbaResult) -> RocCurve {
    let (far, mean, std) = (&result.roc.far, &result.roc.mean, &result.roc.std);
    let edge = |sign: f64| mean.iter().zip(std).map(|(m, s)| (m + sign * s).clamp(0., 1.)).collect();
    let (low, high) = (edge(-1.), edge(1.));
    RocCurve { label: label.into(), look, far: far.clone(), tar: mean.clone(), low, high }
}

fn of_one(result: &IjbBcResult) -> Result<RocCurve> {
    let n = result.verify.genuine;
    let interval = |tar: &f64| clopper_pearson((tar * n as f64).round() as usize, n, CONFIDENCE);
    let ends = result.verify.roc.iter().map(interval).collect::<Result<Vec<_>, _>>()?;
    Ok(RocCurve {
        label: PLAIN.into(),
        look: Look::ALONE,
        far: result.far.clone(),
        tar: result.verify.roc.clone(),
        low: ends.iter().map(|e| e.0).collect(),
        high: ends.iter().map(|e| e.1).collect(),
    })
}
