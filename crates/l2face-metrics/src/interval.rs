//! Exact binomial intervals through the regularised incomplete beta function.

use crate::MetricsError;

/// Clopper-Pearson interval for a rate of `successes` in `trials`, two-sided with the given coverage (0.95, say). Exact for
/// independent trials; comparisons that share templates are not independent, so there it is a lower bound on the spread.
/// (C. Clopper and E. Pearson, Biometrika 26, 1934.)
///
/// # Errors
/// `trials` is 0, `successes > trials`, or `confidence` outside (0, 1).
pub fn clopper_pearson(successes: usize, trials: usize, confidence: f64) -> Result<(f64, f64), MetricsError> {
    if trials == 0 || successes > trials || !(confidence > 0.0 && confidence < 1.0) {
        return Err(MetricsError::BadInterval { successes, trials, confidence });
    }
    let (s, n, tail) = (successes as f64, trials as f64, (1.0 - confidence) / 2.0);
    let low = if successes == 0 { 0.0 } else { beta_quantile(tail, s, n - s + 1.0) };
    let high = if successes == trials { 1.0 } else { 1.0 - beta_quantile(tail, n - s, s + 1.0) };
    Ok((low, high))
}

/// `x` with `I_x(a, b) = p`, by bisection until the interval no longer shrinks.
fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let mid = (low + high) / 2.0;
        if mid <= low || mid >= high {
            return mid;
        }
        if beta_inc(mid, a, b) < p {
            low = mid;
        } else {
            high = mid;
        }
    }
}

/// Regularised incomplete beta `I_x(a, b)` by its continued fraction (DLMF 8.17.22), on the side where that converges fast.
fn beta_inc(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    let ln_front = a * x.ln() + b * (-x).ln_1p() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    if x < (a + 1.0) / (a + b + 2.0) {
        ln_front.exp() * beta_fraction(x, a, b) / a
    } else {
        1.0 - ln_front.exp() * beta_fraction(1.0 - x, b, a) / b
    }
}

/// The continued fraction 1/(1 + d1/(1 + d2/(1 + ...))) evaluated by the modified Lentz method.
fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    let guard = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let (mut c, mut d, mut f) = (1.0, 0.0, 1.0);
    for j in 1..100_000u32 {
        let term = beta_term(j, x, a, b);
        d = 1.0 / guard(1.0 + term * d);
        c = guard(1.0 + term / c);
        f *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    1.0 / f
}

/// The coefficient d_j of DLMF 8.17.22, `j >= 1`.
fn beta_term(j: u32, x: f64, a: f64, b: f64) -> f64 {
    let m = f64::from(j / 2);
    if j.is_multiple_of(2) {
        m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
    } else {
        -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
    }
}

/// ln Gamma(x) for `x > 0`: Stirling's series (DLMF 5.11.1) after shifting the argument above 15.
fn ln_gamma(x: f64) -> f64 {
    let (mut shift, mut z) = (0.0, x);
    while z < 15.0 {
        shift += z.ln();
        z += 1.0;
    }
    let z2 = 1.0 / (z * z);
    let series = (1.0 / 12.0 - z2 * (1.0 / 360.0 - z2 * (1.0 / 1260.0 - z2 * (1.0 / 1680.0 - z2 / 1188.0)))) / z;
    (z - 0.5) * z.ln() - z + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ln_gamma_of_known_arguments() {
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-14);
        assert!(ln_gamma(1.0).abs() < 1e-14);
        assert!((ln_gamma(11.0) - 3_628_800f64.ln()).abs() < 1e-13);
    }

    #[test]
    fn beta_inc_of_known_arguments() {
        // I_x(1, b) = 1 - (1-x)^b, I_x(a, 1) = x^a, symmetry
        assert!((beta_inc(0.3, 1.0, 5.0) - (1.0 - 0.7f64.powi(5))).abs() < 1e-14);
        assert!((beta_inc(0.3, 4.0, 1.0) - 0.3f64.powi(4)).abs() < 1e-14);
        assert!((beta_inc(0.4, 3.5, 2.25) + beta_inc(0.6, 2.25, 3.5) - 1.0).abs() < 1e-14);
    }
}
