/// Mean and **population** standard deviation (divided by n, as papers and numpy's default do), in one f64 pass each.
/// NaN for an empty slice.
pub fn mean_std(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_numpy() {
        // np.mean([0.9, 0.8, 0.85, 0.7]), np.std([0.9, 0.8, 0.85, 0.7])
        let (mean, std) = mean_std(&[0.9, 0.8, 0.85, 0.7]);
        assert!((mean - 0.8125).abs() < 1e-15);
        assert!((std - 0.073_950_997_288_745_2).abs() < 1e-15);
        assert!(mean_std(&[]).0.is_nan());
        assert_eq!(mean_std(&[0.25]), (0.25, 0.0));
    }
}
