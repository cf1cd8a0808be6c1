//! Did the paper's picture appear? Computed from the numbers and said plainly either way.

use l2face_metrics::mean_std;

use super::row::{NormBin, Row};
use super::schema::Results;
use super::text;
use crate::row_name::trained_name;

/// A row well below the bound has collapsed when it keeps at most this share of the best rate.
const COLLAPSE: f64 = 0.8;
/// "Well below the bound": at most this share of it (the paper's 8 is 0.68 of its bound).
const WELL_BELOW: f64 = 0.75;
/// The plateau begins here, in bounds (the paper's 16 is 1.37 of its bound; 12, at 1.03, is not on it).
const PLATEAU_FROM: f64 = 1.3;
/// The rates on a plateau differ by no more than this, or by no more than their deviation.
const PLATEAU_SPREAD: f64 = 0.03;

/// The answer to one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As in the paper.
    Yes,
    /// Not as in the paper.
    No,
    /// The rows for it are missing.
    Unknown,
}

/// One question about the paper's picture, answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The question.
    pub question: &'static str,
    /// The answer.
    pub verdict: Verdict,
    /// The numbers behind it.
    pub detail: String,
}

/// All questions about the paper's picture, at the lowest false accept rate of the table.
pub fn findings(results: &Results) -> Vec<Finding> {
    vec![above_softmax(results), collapse(results), plateau(results), trained(results), norms(results)]
}

fn above_softmax(results: &Results) -> Finding {
    let question = "L2-softmax above softmax at low FAR?";
    let rows = from_bound(results, 1.0);
    let (Some(softmax), Some(best)) = (softmax(results), best_of(&rows)) else {
        let why = "needs softmax and a fixed alpha at or above the bound";
        return unknown(question, why);
    };
    let gains = split_gains(best, softmax);
    let (gain, spread) = mean_std(&gains);
    let better = gains.iter().filter(|g| **g > 0.0).count();
    let above = rows.iter().filter(|r| tar(r) > tar(softmax)).count();
    let detail = format!(
        "{}: {} has {:.3}, softmax {:.3}; the gain is {gain:+.3} with a deviation of {spread:.3} over the splits, \
         positive in {better} of {}; {above} of the {} alphas at or above the bound are above softmax",
        at(best),
        best.label,
        tar(best),
        tar(softmax),
        gains.len(),
        rows.len()
    );
    // The best of several rows is flattered; more than half of the splits must agree as well.
    answer(question, gain > 0.0 && 2 * better > gains.len(), detail)
}

fn collapse(results: &Results) -> Finding {
    let question = "Collapse well below the lower bound of alpha?";
    let limit = WELL_BELOW * results.alpha_lower_bound.value;
    let below: Vec<&Row> = fixed(results).into_iter().filter(|r| alpha(r) <= limit).collect();
    let best = best_of(&from_bound(results, 1.0));
    let worst = below.iter().min_by(|a, b| tar(a).total_cmp(&tar(b))).copied();
    let (Some(worst), Some(best)) = (worst, best) else {
        let why = format!("needs an alpha of at most {limit:.2} and one at or above the bound");
        return unknown(question, &why);
    };
    let share = tar(worst) / tar(best).max(f64::MIN_POSITIVE);
    let detail = format!(
        "{}: {} has {:.3}, which is {:.0} % of the {:.3} of {} (called a collapse up to {:.0} %)",
        at(best),
        worst.label,
        tar(worst),
        100.0 * share,
        tar(best),
        best.label,
        100.0 * COLLAPSE
    );
    answer(question, share <= COLLAPSE, detail)
}

fn plateau(results: &Results) -> Finding {
    let question = "Plateau above it?";
    let rows = from_bound(results, PLATEAU_FROM);
    if rows.len() < 2 {
        let limit = PLATEAU_FROM * results.alpha_lower_bound.value;
        return unknown(question, &format!("needs two alphas from {limit:.2} up"));
    }
    let rates: Vec<f64> = rows.iter().map(|r| tar(r)).collect();
    let high = rates.iter().copied().fold(f64::MIN, f64::max);
    let low = rates.iter().copied().fold(f64::MAX, f64::min);
    let deviation = rows.iter().map(|r| r.mean.tar[0].conservative.std).sum::<f64>() / rows.len() as f64;
    let names: Vec<&str> = rows.iter().map(|r| r.label.as_str()).collect();
    let detail = format!(
        "{}: {} lie between {low:.3} and {high:.3}, {:.3} apart; their deviation over the splits is {deviation:.3}",
        at(rows[0]),
        names.join(", "),
        high - low
    );
    answer(question, high - low <= PLATEAU_SPREAD.max(deviation), detail)
}

fn trained(results: &Results) -> Finding {
    let question = "Trained alpha slightly below the best fixed one, and drifting up?";
    let row = trained_alphas(results).next();
    let best = best_of(&fixed(results));
    let (Some(row), Some(best)) = (row, best) else {
        return unknown(question, "needs a trained and a fixed alpha");
    };
    let start = row.alpha.unwrap_or_default();
    let end = row.final_alpha().unwrap_or(start);
    let detail = format!(
        "{}: {} has {:.3}, the best fixed one ({}) {:.3}; alpha went from {start:.2} to {end:.2}",
        at(best),
        row.label,
        tar(row),
        best.label,
        tar(best)
    );
    answer(question, tar(row) <= tar(best) && end > start, detail)
}

fn norms(results: &Results) -> Finding {
    let question = "Under softmax, larger features for better faces?";
    let bins = softmax(results).and_then(|r| r.norm_quality.as_deref());
    let bins: Vec<&NormBin> = bins.unwrap_or(&[]).iter().filter(|b| b.n > 0).collect();
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else {
        return unknown(question, "needs the softmax row and a known quality");
    };
    let rises = bins.windows(2).filter(|w| w[1].mean_norm > w[0].mean_norm).count();
    let steps = bins.len() - 1;
    let detail = format!(
        "the mean norm is {:.2} in the worst bin and {:.2} in the best, and rises in {rises} of {steps} steps",
        first.mean_norm, last.mean_norm
    );
    let yes = last.mean_norm > first.mean_norm && 4 * rises >= 3 * steps;
    answer(question, yes, detail)
}

fn answer(question: &'static str, yes: bool, detail: String) -> Finding {
    let verdict = if yes { Verdict::Yes } else { Verdict::No };
    Finding { question, verdict, detail }
}

fn unknown(question: &'static str, why: &str) -> Finding {
    Finding { question, verdict: Verdict::Unknown, detail: why.to_owned() }
}

pub(super) fn softmax(results: &Results) -> Option<&Row> {
    let mut rows = results.rows.iter().filter(|r| !r.mean.tar.is_empty());
    rows.find(|r| r.name == "softmax")
}

/// Rows with a trained alpha, without TPE.
pub(super) fn trained_alphas(results: &Results) -> impl Iterator<Item = &Row> {
    results.rows.iter().filter(|r| r.alpha_trained && !r.tpe())
}

/// Each network once, whether or not it was also evaluated with TPE.
pub(super) fn networks(results: &Results) -> Vec<&Row> {
    let known = |name: &str| results.rows.iter().any(|r| r.name == name);
    results.rows.iter().filter(|r| !r.tpe() || !known(trained_name(&r.name))).collect()
}

/// Rows with a fixed alpha, without TPE, by rising alpha.
pub(super) fn fixed(results: &Results) -> Vec<&Row> {
    let is_fixed = |r: &&Row| r.alpha.is_some() && !r.alpha_trained && !r.tpe() && !r.mean.tar.is_empty();
    let mut rows: Vec<&Row> = results.rows.iter().filter(is_fixed).collect();
    rows.sort_by(|a, b| alpha(a).total_cmp(&alpha(b)));
    rows
}

fn from_bound(results: &Results, factor: f64) -> Vec<&Row> {
    let limit = factor * results.alpha_lower_bound.value;
    let rows = fixed(results).into_iter();
    rows.filter(|r| alpha(r) >= limit).collect()
}

fn best_of<'a>(rows: &[&'a Row]) -> Option<&'a Row> {
    rows.iter().max_by(|a, b| tar(a).total_cmp(&tar(b))).copied()
}

fn alpha(row: &Row) -> f64 {
    row.alpha.unwrap_or(f64::NAN)
}

fn tar(row: &Row) -> f64 {
    row.mean.tar.first().map_or(f64::NAN, |t| t.conservative.mean)
}

fn at(row: &Row) -> String {
    let far = row.mean.tar.first().map_or(f64::NAN, |t| t.far);
    format!("TAR at FAR {}", text::far(far))
}

/// Differences of the conservative rates, split by split, averaged over the seeds.
fn split_gains(row: &Row, base: &Row) -> Vec<f64> {
    let rates = |r: &Row, split: usize| {
        let cells = r.per_seed.iter().filter_map(|s| s.splits.get(split));
        let values: Vec<f64> = cells.filter_map(|s| s.tar.first()).map(|c| c.conservative).collect();
        mean_std(&values).0
    };
    let splits = row.per_seed.first().map_or(0, |s| s.splits.len());
    (0..splits).map(|i| rates(row, i) - rates(base, i)).collect()
}
