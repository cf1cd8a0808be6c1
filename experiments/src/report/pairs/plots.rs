//! ROC and loss of every row.

use anyhow::Result;

use super::super::plot::{looks, loss_plot, roc_plot, LossCurve, Plot};
use super::schema::{PairResults, PairRow};
use crate::folds::{roc_curve, FoldRates, BAND};

/// The plots that the results have numbers for.
pub(super) fn plots(results: &PairResults) -> Result<Vec<Plot>> {
    let looks = looks(&results.rows.iter().map(|r| &r.id).collect::<Vec<_>>());
    let with = || results.rows.iter().zip(looks.iter().copied());
    let rates = |row: &PairRow| -> Vec<FoldRates> { row.per_seed.iter().map(|s| s.rates.clone()).collect() };
    let roc = with().map(|(row, look)| roc_curve(&row.id.label, look, &rates(row).iter().collect::<Vec<_>>()));
    let mut all = vec![roc_plot(&roc.collect::<Result<Vec<_>>>()?, BAND)?];
    let of =
        |(row, look): (&PairRow, _)| LossCurve { label: row.id.label.clone(), look, points: row.loss_curve.clone() };
    if results.rows.iter().any(|r| r.loss_curve.len() > 1) {
        all.push(loss_plot(&with().map(of).collect::<Vec<_>>())?);
    }
    Ok(all)
}
