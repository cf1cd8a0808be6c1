/// FARs from `lowest` to 1, evenly spaced in the logarithm, `per_decade` to a factor of ten, both ends included.
/// Empty if `lowest` is not inside (0, 1) or `per_decade` is 0.
pub fn log_grid(lowest: f64, per_decade: usize) -> Vec<f64> {
    if !(lowest > 0.0 && lowest < 1.0) || per_decade == 0 {
        return Vec::new();
    }
    let steps = (-lowest.log10() * per_decade as f64).round().max(1.0) as usize;
    let point = |i: usize| lowest.powf((steps - i) as f64 / steps as f64);
    (0..=steps).map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_the_decades() {
        let g = log_grid(1e-4, 2);
        assert_eq!(g.len(), 9);
        assert_eq!((g[0], g[8]), (1e-4, 1.0));
        assert!(g.windows(2).all(|w| (w[1] / w[0] - 10f64.sqrt()).abs() < 1e-12));
        assert!(log_grid(0.0, 2).is_empty() && log_grid(2.0, 2).is_empty() && log_grid(0.1, 0).is_empty());
    }
}
