//! Thresholds for a target error rate, from scores sorted from the highest to the lowest.

/// How many of `n` trials may be errors without the rate exceeding `rate`: the largest `k` with `k / n <= rate`, the quotient
/// rounded as f64 rounds it. So `0.29` of 100 is 29 although `0.29 * 100.0` is below 29 in f64, and the rate computed from the
/// result is never above the target.
pub fn allowed_errors(rate: f64, n: usize) -> usize {
    let fits = |k: usize| k as f64 / n as f64 <= rate;
    let mut k = ((rate * n as f64).floor().max(0.0) as usize).min(n);
    while k > 0 && !fits(k) {
        k -= 1;
    }
    while k < n && fits(k + 1) {
        k += 1;
    }
    k
}

/// The lowest threshold `t` at which at most `k` of the scores satisfy `score >= t`: the next float above the (k+1)-th largest.
/// Everything tied with that score is rejected. With fewer than `k + 1` scores above `-inf` it is the lowest finite float, which
/// accepts everything but failures (`-inf`). `descending` is sorted from the highest to the lowest and free of NaN and `+inf`.
pub fn conservative_threshold(descending: &[f64], k: usize) -> f64 {
    match descending.get(k) {
        Some(&s) => next_above(s),
        None => f64::MIN,
    }
}

/// bob's threshold ([`crate::FarMode::Bob`]): of the scores that [`conservative_threshold`] accepts the lowest.
pub(crate) fn bob_threshold(descending: &[f64], rate: f64) -> f64 {
    if rate >= 1.0 - f64::EPSILON {
        return descending.last().map_or(f64::MIN, |&lowest| next_below(lowest));
    }
    let k = allowed_errors(rate, descending.len());
    match accepted(descending, conservative_threshold(descending, k)) {
        0 => conservative_threshold(descending, 0),
        n => descending[n - 1],
    }
}

/// PFE's threshold ([`crate::FarMode::Pfe`]), raised above failures.
pub(crate) fn pfe_threshold(descending: &[f64], rate: f64) -> f64 {
    let k = (rate * descending.len() as f64).round_ties_even() as usize;
    let threshold = match k.checked_sub(1) {
        Some(i) => descending.get(i).copied(),
        None => descending.first().map(|highest| highest + 1e-8),
    };
    threshold.unwrap_or(f64::MIN).max(f64::MIN)
}

/// InsightFace's threshold over the highest scores of non-mated probes ([`crate::FpirMode::Insightface`]): the element at
/// `max(floor(rate n) - 1, 0)`, exceeded strictly, which is to reach the next float.
pub(crate) fn insightface_open_set_threshold(descending: &[f64], rate: f64) -> f64 {
    let k = (rate * descending.len() as f64).floor() as usize;
    descending.get(k.saturating_sub(1)).map_or(f64::MIN, |&s| next_above(s))
}

/// The number of scores accepted at `threshold`, given scores from the highest to the lowest.
pub(crate) fn accepted(descending: &[f64], threshold: f64) -> usize {
    descending.partition_point(|&s| s >= threshold)
}

/// The smallest float greater than `x` (`f64::MIN` for `-inf`); `x` is neither NaN nor `+inf`.
pub(crate) fn next_above(x: f64) -> f64 {
    if x == 0.0 {
        return f64::from_bits(1);
    }
    let bits = x.to_bits();
    f64::from_bits(if x > 0.0 { bits + 1 } else { bits - 1 })
}

/// The largest float less than `x`, but never below the lowest finite one; `x` is neither NaN nor `+inf`.
fn next_below(x: f64) -> f64 {
    if x <= f64::MIN {
        f64::MIN
    } else {
        -next_above(-x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_are_robust_against_rounding() {
        assert_eq!(allowed_errors(0.001, 1000), 1);
        assert_eq!(allowed_errors(0.29, 100), 29); // 0.29 * 100.0 is below 29
        assert_eq!(allowed_errors(1e-4, 9999), 0);
        assert_eq!(allowed_errors(1e-4, 10_000), 1);
        assert_eq!(allowed_errors(1.0, 7), 7);
        assert_eq!(allowed_errors(0.0, 7), 0);
        assert_eq!(allowed_errors(0.5, 0), 0);
        for n in 1..400usize {
            for k in 0..=n {
                assert_eq!(allowed_errors(k as f64 / n as f64, n), k);
            }
        }
    }

    #[test]
    fn the_next_float_is_the_next() {
        for x in [-3.5, -f64::from_bits(1), 0.0, 1.0, 0.1, -0.1, 1e300] {
            let up = next_above(x);
            assert!(up > x);
            assert!((x + up) / 2.0 == x || (x + up) / 2.0 == up || x.abs() > 1e299);
        }
        assert_eq!(next_above(f64::NEG_INFINITY), f64::MIN);
        assert_eq!(next_above(1.0), 1.0 + f64::EPSILON);
        assert_eq!((next_below(1.0), next_below(0.0)), (1.0 - f64::EPSILON / 2.0, -f64::from_bits(1)));
        assert_eq!((next_below(f64::NEG_INFINITY), next_below(f64::MIN)), (f64::MIN, f64::MIN));
    }

    #[test]
    fn thresholds_stay_above_failures() {
        let s = [0.9, f64::NEG_INFINITY, f64::NEG_INFINITY];
        assert_eq!(conservative_threshold(&s, 1), f64::MIN);
        assert_eq!(accepted(&s, conservative_threshold(&s, 3)), 1);
        assert_eq!(accepted(&s, conservative_threshold(&s, 0)), 0);
        assert_eq!(conservative_threshold(&[], 0), f64::MIN);
    }

    #[test]
    fn other_rules_stay_above_failures() {
        let failed = [f64::NEG_INFINITY; 3];
        let some = [0.9, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for rate in [0.0, 0.4, 1.0] {
            for s in [&failed, &some] {
                for rule in [bob_threshold, pfe_threshold, insightface_open_set_threshold] {
                    assert!(rule(s, rate) >= f64::MIN, "{s:?} at {rate}");
                }
            }
        }
        assert_eq!((bob_threshold(&some, 0.5), pfe_threshold(&some, 0.5)), (0.9, f64::MIN)); // 1.5 rounds to 2
        assert_eq!(pfe_threshold(&some, 0.1), 0.9 + 1e-8);
        assert_eq!((bob_threshold(&[0.9, 0.5], 1.0), bob_threshold(&[0.9, 0.5], 0.999)), (next_below(0.5), 0.9));
        assert_eq!(pfe_threshold(&[0.9, 0.8, 0.7, 0.6, 0.5], 0.5), 0.8); // 2.5 rounds to 2
    }
}
