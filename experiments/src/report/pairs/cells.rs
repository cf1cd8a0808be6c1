//! The cells of the tables.

use l2face_metrics::mean_std;

use super::super::text;
use super::schema::{PairResults, PairRow, PairTar};
use crate::paper::accuracy::{beside, PaperAccuracy};
use crate::paper::Mark;

/// `93.12 ±.84`, percent and the deviation over the folds.
pub(super) fn accuracy(row: &PairRow) -> String {
    format!("{:.2} ±{}", row.accuracy.mean, short(row.accuracy.std))
}

fn short(value: f64) -> String {
    format!("{value:.2}").trim_start_matches('0').to_owned()
}

/// `92.44 to 93.75`.
pub(super) fn interval(row: &PairRow) -> String {
    let [low, high] = row.accuracy_interval;
    format!("{low:.2} to {high:.2}")
}

/// `+.85 ±1.10, above in 7 of 10`: the gain over softmax, fold by fold; nothing for softmax itself or without it.
pub(super) fn gain(results: &PairResults, row: &PairRow) -> Option<String> {
    let softmax = results.rows.iter().find(|r| r.id.name == "softmax").filter(|s| s.id.name != row.id.name)?;
    let gains: Vec<f64> = row.folds().iter().zip(softmax.folds()).map(|(a, b)| a - b).collect();
    let (mean, std) = mean_std(&gains);
    let above = gains.iter().filter(|g| **g > 0.0).count();
    Some(format!("{mean:+.2} ±{}, above in {above} of {}", short(std), gains.len()))
}

/// The paper's accuracy beside a row.
pub(super) fn paper(results: &PairResults, row: &PairRow) -> Option<String> {
    beside(&results.paper, &row.id.name).map(figure)
}

/// `99.28 (recalled)`; `99.78*` where it is confirmed.
pub(super) fn figure(paper: &PaperAccuracy) -> String {
    let percent = 100.0 * paper.accuracy.value;
    match paper.accuracy.mark {
        Mark::Confirmed => format!("{percent:.2}{}", text::CONFIRMED),
        Mark::Recalled => format!("{percent:.2} (recalled)"),
        Mark::User => format!("{percent:.2} (as given)"),
    }
}

/// `0.734`, flagged where the impostors are too few.
pub(super) fn tar(t: &PairTar) -> String {
    format!("{:.3}{}", t.tar, if t.k_zero { text::K_ZERO.to_string() } else { String::new() })
}

/// `0.734 (.712–.755)`, flagged likewise; the interval by identity, or of independent pairs where there is none.
pub(super) fn tar_with_interval(t: &PairTar) -> String {
    let end = |value: f64| format!("{value:.3}").trim_start_matches('0').to_owned();
    let [low, high] = t.by_identity.unwrap_or(t.interval);
    format!("{} ({}–{})", tar(t), end(low), end(high))
}
