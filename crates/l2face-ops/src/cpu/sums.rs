//! Sums in a fixed order that the compiler can turn into vector code.

/// Running sums.
pub(crate) const LANES: usize = 16;

/// The sum of `f(i)` for i in 0..n: sixteen running sums, then those from the first to the last.
#[inline(always)]
pub(crate) fn sum_by(n: usize, f: impl Fn(usize) -> f32) -> f64 {
    let mut lanes = [0f32; LANES];
    let whole = n / LANES * LANES;
    for start in (0..whole).step_by(LANES) {
        for (l, lane) in lanes.iter_mut().enumerate() {
            *lane += f(start + l);
        }
    }
    let rest: f64 = (whole..n).map(|i| f64::from(f(i))).sum();
    lanes.iter().map(|v| f64::from(*v)).sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::sum_by;

    #[test]
    fn every_index_is_counted_once() {
        for n in [0, 1, 15, 16, 17, 100] {
            assert_eq!(
                sum_by(n, |i| i as f32),
                (n * n.saturating_sub(1) / 2) as f64
            );
        }
    }
}
