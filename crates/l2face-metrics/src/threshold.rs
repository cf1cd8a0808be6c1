//! The conservative threshold: the lowest one whose error rate does not exceed the target.

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

/// The number of scores accepted at `threshold`, given scores from the highest to the lowest.
pub(crate) fn accepted(descending: &[f64], threshold: f64) -> usize {
    descending.partition_point(|&s| s >= threshold)
}

/// The smallest float greater than `x` (`f64::MIN` for `-inf`); `x` is neither NaN nor `+inf`.
fn next_above(x: f64) -> f64 {
    if x == 0.0 {
        return f64::from_bits(1);
    }
    let bits = x.to_bits();
    f64::from_bits(if x > 0.0 { bits + 1 } else { bits - 1 })
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
    }

    #[test]
    fn thresholds_stay_above_failures() {
        let s = [0.9, f64::NEG_INFINITY, f64::NEG_INFINITY];
        assert_eq!(conservative_threshold(&s, 1), f64::MIN);
        assert_eq!(accepted(&s, conservative_threshold(&s, 3)), 1);
        assert_eq!(accepted(&s, conservative_threshold(&s, 0)), 0);
        assert_eq!(conservative_threshold(&[], 0), f64::MIN);
    }
}
