//! Softmax cross-entropy, one row per sample.
use rayon::prelude::*;

/// The mean over rows of log(sum exp z) - z[label]; `logits` is (labels.len(), classes).
/// Labels must be below `classes`.
pub(crate) fn forward(logits: &[f32], labels: &[u32], classes: usize) -> f32 {
    let losses: Vec<f64> = logits
        .par_chunks(classes)
        .zip(labels)
        .map(|(row, label)| {
            let (max, sum) = max_and_sum(row);
            sum.ln() + f64::from(max) - f64::from(row[*label as usize])
        })
        .collect();
    (losses.iter().sum::<f64>() / labels.len() as f64) as f32
}

/// The largest value m of a row, and the sum of exp(z - m).
fn max_and_sum(row: &[f32]) -> (f32, f64) {
    let larger = |a: f32, b: &f32| if *b > a || b.is_nan() { *b } else { a };
    let max = row.iter().fold(f32::NEG_INFINITY, larger);
    (max, row.iter().map(|z| f64::from((z - max).exp())).sum())
}

/// `upstream` / N * (softmax - one-hot).
pub(crate) fn backward(logits: &[f32], labels: &[u32], classes: usize, upstream: f32) -> Vec<f32> {
    let factor = upstream / labels.len() as f32;
    let mut grad = vec![0f32; logits.len()];
    grad.par_chunks_mut(classes).zip(logits.par_chunks(classes).zip(labels)).for_each(|(grad, (row, label))| {
        let (max, sum) = max_and_sum(row);
        let scale = factor / sum as f32;
        for (g, z) in grad.iter_mut().zip(row) {
            *g = (z - max).exp() * scale;
        }
        grad[*label as usize] -= factor;
    });
    grad
}
