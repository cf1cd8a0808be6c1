/// The quantile `p` of ascending values by linear interpolation between order statistics (numpy's default; type 7 of R. Hyndman and
/// Y. Fan, The American Statistician 50, 1996). `ascending` is not empty, `p` in \[0, 1\].
pub(crate) fn quantile(ascending: &[f64], p: f64) -> f64 {
    let at = p * (ascending.len() - 1) as f64;
    let low = (at.floor() as usize).min(ascending.len() - 1);
    let high = (low + 1).min(ascending.len() - 1);
    ascending[low] + (at - low as f64) * (ascending[high] - ascending[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_numpy() {
        // np.quantile([0.1, 0.2, 0.4, 0.8], [0, 0.025, 0.5, 0.975, 1])
        let values = [0.1, 0.2, 0.4, 0.8];
        for (p, expected) in [(0.0, 0.1), (0.025, 0.1075), (0.5, 0.3), (0.975, 0.77), (1.0, 0.8)] {
            assert!((quantile(&values, p) - expected).abs() < 1e-15, "{p}");
        }
        assert_eq!(quantile(&[0.3], 0.975), 0.3);
    }
}
