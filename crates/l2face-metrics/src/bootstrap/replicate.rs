//! One resampling: weights instead of copies.

use super::comparisons::Indexed;
use super::IdentityComparisons;
use crate::threshold::{allowed_errors, next_above};

/// The conservative TAR of a resampling in which identity `i` was drawn `drawn[i]` times, and whether it allows no false accept.
/// `None` without a genuine or an impostor comparison.
pub(crate) fn tar(data: &IdentityComparisons, drawn: &[u64], far: f64) -> Option<(f64, bool)> {
    let genuine_weight = |c: &Indexed| drawn[c.a as usize];
    let impostor_weight = |c: &Indexed| drawn[c.a as usize] * drawn[c.b as usize];
    let genuine: u64 = data.genuine.iter().map(genuine_weight).sum();
    let impostor: u64 = data.impostor.iter().map(impostor_weight).sum();
    if genuine == 0 || impostor == 0 {
        return None;
    }
    let k = allowed_errors(far, impostor as usize);
    let threshold = threshold(&data.impostor, impostor_weight, k as u64);
    let accepted = data.genuine.iter().take_while(|c| c.score >= threshold);
    Some((accepted.map(genuine_weight).sum::<u64>() as f64 / genuine as f64, k == 0))
}

/// The next float above the score at which the weight accepted first exceeds `k`.
fn threshold(impostor: &[Indexed], weight: impl Fn(&Indexed) -> u64, k: u64) -> f64 {
    let mut accepted = 0;
    let first_too_many = impostor.iter().find(|c| {
        accepted += weight(c);
        accepted > k
    });
    first_too_many.map_or(f64::MIN, |c| next_above(c.score))
}
