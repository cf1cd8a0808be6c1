//! Streaming against exact rates.
use l2face_metrics::{FarMode, MetricsError, ScoreHistogram, ScoreSet, MAX_BINS};
use proptest::prelude::*;
use rayon::prelude::*;

const FAIL: f64 = f64::NEG_INFINITY;

/// Cosines with failures, multiples of the bin width and scores outside the range among them.
fn scores(max: usize) -> impl Strategy<Value = Vec<f64>> {
    let score = prop_oneof![
        8 => -1.0..=1.0f64,
        2 => (-12i32..12).prop_map(|v| f64::from(v) / 10.0),
        1 => Just(FAIL),
    ];
    proptest::collection::vec(score, 1..max)
}

fn fill(bins: usize, genuine: &[f64], impostor: &[f64]) -> ScoreHistogram {
    let mut h = ScoreHistogram::new(-1.0, 1.0, bins).unwrap();
    genuine.iter().for_each(|&s| h.add_genuine(s).unwrap());
    impostor.iter().for_each(|&s| h.add_impostor(s).unwrap());
    h
}

proptest! {
    #[test]
    fn exact_rates_lie_within_the_bounds(g in scores(60), i in scores(90), bins in 1usize..70, t in -1.3..1.3f64, far in 0.0..=1.0f64) {
        let (exact, h) = (ScoreSet::new(g.clone(), i.clone()).unwrap(), fill(bins, &g, &i));
        let r = h.rates(t).unwrap();
        prop_assert!(r.far_low <= exact.far(t) && exact.far(t) <= r.far_high);
        prop_assert!(r.tar_low <= exact.tar(t) && exact.tar(t) <= r.tar_high);
        let (at, bounds) = (exact.tar_at_far(far, FarMode::Conservative).unwrap(), h.tar_at_far(far).unwrap());
        prop_assert!(bounds.tar_low <= at.tar && at.tar <= bounds.tar_high, "{bounds:?} {at:?}");
        prop_assert!(bounds.achieved_far <= far && bounds.k_zero == at.k_zero);
        prop_assert_eq!((exact.far(bounds.threshold), exact.tar(bounds.threshold)), (bounds.achieved_far, bounds.tar_low));
        // the bound is the share in one bin, no wider than that
        let width = h.bin_width() * (1.0 + 1e-9);
        if (-1.0..1.0).contains(&t) {
            let share = |s: &[f64]| s.iter().filter(|x| (*x - t).abs() <= width).count() as f64 / s.len() as f64;
            prop_assert!(r.far_high - r.far_low <= share(&i) + 1e-12 && r.tar_high - r.tar_low <= share(&g) + 1e-12);
        }
    }

    #[test]
    fn edges_are_exact(g in scores(60), i in scores(90), half_bins in 1u32..40) {
        let bins = 2 * half_bins as usize;
        let (exact, h) = (ScoreSet::new(g.clone(), i.clone()).unwrap(), fill(bins, &g, &i));
        for edge in 0..=bins {
            let t = -1.0 + 2.0 * (edge as f64 / bins as f64);
            let r = h.rates(t).unwrap();
            prop_assert_eq!((r.far_low, r.tar_low), (r.far_high, r.tar_high));
            prop_assert_eq!((r.far_low, r.tar_low), (exact.far(t), exact.tar(t)));
        }
        for (t, rates) in [(f64::INFINITY, (0.0, 0.0)), (FAIL, (exact.far(FAIL), exact.tar(FAIL)))] {
            let r = h.rates(t).unwrap();
            prop_assert_eq!((r.far_low, r.tar_low, r.far_high, r.tar_high), (rates.0, rates.1, rates.0, rates.1));
        }
    }

    #[test]
    fn merging_is_counting_once(g in scores(60), i in scores(90), cut in 0.0..=1.0f64) {
        let at = |v: &[f64]| (cut * v.len() as f64) as usize;
        let mut left = fill(64, &g[..at(&g)], &i[..at(&i)]);
        left.merge(&fill(64, &g[at(&g)..], &i[at(&i)..])).unwrap();
        prop_assert_eq!(&left, &fill(64, &g, &i));
        prop_assert_eq!((left.genuine(), left.impostor()), (g.len() as u64, i.len() as u64));
    }
}

#[test]
fn threads_count_apart_and_merge() {
    let score = |n: u64| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11) as f64 / 2f64.powi(52) - 1.0;
    let empty = || ScoreHistogram::new(-1.0, 1.0, 4096).unwrap();
    let count = |mut h: ScoreHistogram, n: u64| {
        if n.is_multiple_of(10) {
            h.add_genuine(score(n).abs()).unwrap()
        } else {
            h.add_impostor(score(n)).unwrap()
        }
        h
    };
    let merge = |mut a: ScoreHistogram, b: ScoreHistogram| {
        a.merge(&b).unwrap();
        a
    };
    let parallel = (0..200_000u64).into_par_iter().fold(empty, count).reduce(empty, merge);
    assert_eq!(parallel, (0..200_000).fold(empty(), count));
    let of = |genuine: bool| (0..200_000u64).filter(move |n| n.is_multiple_of(10) == genuine).map(score);
    let exact = ScoreSet::new(of(true).map(f64::abs).collect(), of(false).collect()).unwrap();
    for far in [1e-4, 1e-3, 1e-2, 0.1] {
        let (bounds, at) = (parallel.tar_at_far(far).unwrap(), exact.tar_at_far(far, FarMode::Conservative).unwrap());
        assert!(bounds.tar_low <= at.tar && at.tar <= bounds.tar_high && bounds.tar_high - bounds.tar_low < 1e-3);
    }
}

#[test]
fn scores_beyond_the_range_widen_the_bounds_honestly() {
    let h = fill(10, &[1.5, 0.5], &[1.25, 0.1, 0.2]);
    let none = h.tar_at_far(0.0).unwrap();
    assert_eq!((none.tar_low, none.tar_high, none.threshold, none.k_zero), (0.0, 0.5, f64::INFINITY, true));
    let one = h.tar_at_far(0.4).unwrap();
    assert!((one.tar_low, one.tar_high, one.k_zero) == (1.0, 1.0, false) && (one.threshold - 0.4).abs() < 1e-12);
    let failing = fill(10, &[FAIL, 0.5], &[FAIL, -3.0]).tar_at_far(1.0).unwrap();
    assert_eq!((failing.tar_low, failing.tar_high, failing.false_accepts, failing.achieved_far), (0.5, 0.5, 1, 0.5));
}

#[test]
fn wrong_input_is_an_error() {
    for (low, high, bins) in
        [(1.0, -1.0, 4), (0.0, 0.0, 4), (f64::NAN, 1.0, 4), (-1.0, f64::INFINITY, 4), (-1.0, 1.0, 0)]
    {
        let said = ScoreHistogram::new(low, high, bins).unwrap_err().to_string();
        assert!(said.starts_with(&format!("no histogram of {bins} bins")), "{said}");
    }
    assert!(ScoreHistogram::new(-1.0, 1.0, MAX_BINS + 1).is_err());
    assert!(ScoreHistogram::new(-1.0, 1.0, usize::MAX).is_err());
    assert!(ScoreHistogram::new(1.0, 1.0 + 1e-15, 100).is_err()); // edges would coincide
    assert!(ScoreHistogram::new(f64::MIN, f64::MAX, 100).is_err());
    let mut h = ScoreHistogram::new(-1.0, 1.0, 4).unwrap();
    assert_eq!(h.rates(0.1), Err(MetricsError::Empty("genuine comparisons")));
    h.add_genuine(0.5).unwrap();
    assert_eq!(h.tar_at_far(0.1), Err(MetricsError::Empty("impostor comparisons")));
    assert!(h.add_genuine(f64::NAN).unwrap_err().to_string().contains("genuine score 1 is NaN"));
    assert!(h.add_impostor(f64::INFINITY).unwrap_err().to_string().contains("impostor score 0 is inf"));
    assert_eq!((h.genuine(), h.impostor()), (1, 0)); // what is refused is not counted
    h.add_impostor(0.1).unwrap();
    assert_eq!(h.tar_at_far(-1.0), Err(MetricsError::BadRate(-1.0)));
    assert!(h.rates(f64::NAN).is_err());
    let other = ScoreHistogram::new(-1.0, 1.0, 5).unwrap();
    assert!(h.merge(&other).unwrap_err().to_string().contains("4 over [-1, 1] and 5 over [-1, 1]"));
}
