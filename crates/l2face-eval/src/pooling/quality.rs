//! Quality pooling of the Crystal loss paper (Ranjan et al., arXiv 1804.01159): the detector's score stands for a face's quality.

/// The paper's weight of quality.
pub const QUALITY_LAMBDA: f64 = 0.3;
/// The paper's cap of a face's quality, reached at a score of about 1 - 8e-7.
pub const QUALITY_LIMIT: f64 = 7.0;

/// `l = min(1/2 ln(p / (1 - p)), 7)` of a detector's score p from 0 to 1; p = 1 gives 7, p = 0 minus infinity.
pub fn face_quality(score: f64) -> f64 {
    (0.5 * (score / (1.0 - score)).ln()).min(QUALITY_LIMIT)
}

/// `c = softmax(lambda l)` over the faces of a template, which sum to 1. A face of score 0 weighs nothing beside others; if all
/// have score 0, or `lambda` is 0, all weigh the same.
pub fn quality_weights(scores: &[f64], lambda: f64) -> Vec<f64> {
    let quality: Vec<f64> = scores.iter().map(|&p| face_quality(p)).collect();
    let highest = quality.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if lambda == 0.0 || highest == f64::NEG_INFINITY {
        return vec![1.0 / scores.len() as f64; scores.len()];
    }
    let powers: Vec<f64> = quality.iter().map(|l| (lambda * (l - highest)).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|p| p / sum).collect()
}
