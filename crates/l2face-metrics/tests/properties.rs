//! What must hold for any scores.
use l2face_metrics::{clopper_pearson, log_grid, FarMode, FpirMode, Probe, ScoreSet, Search};
use proptest::prelude::*;

/// Few distinct values, so that ties are common, and some failures.
fn scores(max: usize) -> impl Strategy<Value = Vec<f64>> {
    let score = prop_oneof![9 => (-20i32..20).prop_map(|v| f64::from(v) / 8.0), 1 => Just(f64::NEG_INFINITY)];
    proptest::collection::vec(score, 1..max)
}

/// Strictly increasing, exact enough to keep distinct eighths distinct, and fixing -inf.
fn warp(s: f64) -> f64 {
    if s == f64::NEG_INFINITY {
        s
    } else {
        s.exp() * 3.0 - 40.0
    }
}

/// TAR at FAR from the definition: try every threshold that matters, keep the best allowed one.
fn slow_tar(genuine: &[f64], impostor: &[f64], far: f64) -> f64 {
    let accepted = |s: &[f64], t: f64| s.iter().filter(|&&x| x > f64::NEG_INFINITY && x >= t).count() as f64;
    let finite = genuine.iter().copied().filter(|g| g.is_finite());
    finite
        .filter(|&t| accepted(impostor, t) / impostor.len() as f64 <= far)
        .map(|t| accepted(genuine, t) / genuine.len() as f64)
        .fold(0.0, f64::max)
}

proptest! {
    #[test]
    fn conservative_is_the_best_allowed_threshold(g in scores(40), i in scores(60), far in 0.0..=1.0f64) {
        let set = ScoreSet::new(g.clone(), i.clone()).unwrap();
        let at = set.tar_at_far(far, FarMode::Conservative).unwrap();
        prop_assert!(at.achieved_far <= far);
        prop_assert_eq!(at.tar, slow_tar(&g, &i, far));
        prop_assert_eq!(at.k_zero, far < 1.0 / i.len() as f64);
        let interp = set.tar_at_far(far, FarMode::Interp).unwrap();
        prop_assert!(interp.tar >= at.tar && interp.tar <= 1.0);
    }

    /// Every figure is that of a threshold which exists, but for the interpolated TAR; only two modes may exceed the target.
    #[test]
    fn modes_state_what_their_threshold_does(g in scores(40), i in scores(60), far in 0.0..=1.0f64) {
        let set = ScoreSet::new(g.clone(), i.clone()).unwrap();
        let best = set.tar_at_far(far, FarMode::Conservative).unwrap();
        for (_, mode) in FarMode::NAMES {
            prop_assume!(*mode != FarMode::Bob || i.len() > 1);
            let at = set.tar_at_far(far, *mode).unwrap();
            prop_assert!(at.threshold >= f64::MIN && at.threshold.is_finite());
            prop_assert_eq!(at.achieved_far, set.far(at.threshold));
            prop_assert_eq!(at.true_accepts as f64 / g.len() as f64, set.tar(at.threshold));
            prop_assert!(*mode == FarMode::Interp || at.tar == set.tar(at.threshold));
            prop_assert_eq!(at.k_zero, far < set.lowest_far());
            if !matches!(mode, FarMode::Insightface | FarMode::Pfe) {
                prop_assert!(at.achieved_far <= far);
                prop_assert!(*mode == FarMode::Interp || at.tar <= best.tar);
            }
        }
    }

    /// The walk near the target against the whole curve, reversed and searched as InsightFace does.
    #[test]
    fn nearest_is_the_first_minimum_of_the_reversed_corners(g in scores(40), i in scores(60), far in 0.0..=1.0f64, k in 0usize..60) {
        let set = ScoreSet::new(g, i.clone()).unwrap();
        let corners = set.roc_corners();
        for x in [far, k.min(i.len()) as f64 / i.len() as f64, (k as f64 + 0.5).min(i.len() as f64) / i.len() as f64] {
            let nearest = corners.iter().rev().map(|p| (p.far - x).abs()).fold(f64::INFINITY, f64::min);
            let point = corners.iter().rev().find(|p| (p.far - x).abs() == nearest).unwrap();
            let at = set.tar_at_far(x, FarMode::Insightface).unwrap();
            prop_assert_eq!((at.achieved_far, at.tar), (point.far, point.tar));
        }
    }

    /// Dropping points by their second differences, from the whole curve.
    #[test]
    fn corners_are_where_a_step_changes(g in scores(40), i in scores(60)) {
        let set = ScoreSet::new(g.clone(), i.clone()).unwrap();
        let roc = set.roc();
        let counts: Vec<_> = roc.iter().map(|p| ((p.tar * g.len() as f64).round() as i64, (p.far * i.len() as f64).round() as i64)).collect();
        let bends = |k: usize| counts[k + 1].0 + counts[k - 1].0 != 2 * counts[k].0 || counts[k + 1].1 + counts[k - 1].1 != 2 * counts[k].1;
        let kept = (0..roc.len()).filter(|&k| k <= 1 || k + 1 == roc.len() || bends(k));
        prop_assert_eq!(kept.map(|k| roc[k]).collect::<Vec<_>>(), set.roc_corners());
    }

    /// FMR falls and FNMR rises along the polyline; their crossing by bisection over its length.
    #[test]
    fn equal_error_rate_is_the_crossing(g in scores(40), i in scores(60)) {
        let set = ScoreSet::new(g.clone(), i.clone()).unwrap();
        let mut path: Vec<(f64, f64)> = set.det().iter().map(|p| (p.fmr, p.fnmr)).collect();
        path.push((1.0, path[path.len() - 1].1)); // level where failures end the curve
        let at = |s: f64| {
            let k = (s.floor() as usize).min(path.len() - 2);
            let (p, q, u) = (path[k], path[k + 1], s - k as f64);
            (p.0 + u * (q.0 - p.0), p.1 + u * (q.1 - p.1))
        };
        let (mut low, mut high) = (0.0, (path.len() - 1) as f64);
        for _ in 0..100 {
            let mid = (low + high) / 2.0;
            let (fmr, fnmr) = at(mid);
            if fmr < fnmr { low = mid } else { high = mid }
        }
        prop_assert!((set.eer() - at(high).0).abs() < 1e-9, "{} {}", set.eer(), at(high).0);
    }

    /// Over all thresholds that differ in what they accept.
    #[test]
    fn nearest_equal_error_rate_has_the_smallest_gap(g in scores(40), i in scores(60)) {
        let set = ScoreSet::new(g, i).unwrap();
        let found = set.eer_nearest();
        let gap = |fmr: f64, fnmr: f64| (fmr - fnmr).abs();
        for p in set.det() {
            prop_assert!(gap(found.fmr, found.fnmr) <= gap(p.fmr, p.fnmr) + 1e-12);
        }
        prop_assert!((found.fmr - set.far(found.threshold)).abs() < 1e-12);
    }

    #[test]
    fn rates_fall_with_the_threshold(g in scores(40), i in scores(60), a in -3.0..3.0f64, b in -3.0..3.0f64) {
        let set = ScoreSet::new(g, i).unwrap();
        let (low, high) = (a.min(b), a.max(b));
        prop_assert!(set.tar(low) >= set.tar(high) && set.far(low) >= set.far(high));
        let grid = set.roc_on_grid(&log_grid(1e-3, 4)).unwrap();
        prop_assert!(grid.windows(2).all(|w| w[0] <= w[1]));
        let roc = set.roc();
        prop_assert!(roc.windows(2).all(|w| w[0].far <= w[1].far && w[0].tar <= w[1].tar && w[0].threshold > w[1].threshold));
    }

    #[test]
    fn order_and_monotone_maps_change_nothing(g in scores(40), i in scores(60), far in 0.0..=1.0f64) {
        let reversed = |v: &[f64]| v.iter().rev().copied().collect::<Vec<_>>();
        let warped = |v: &[f64]| v.iter().copied().map(warp).collect::<Vec<_>>();
        let set = ScoreSet::new(g.clone(), i.clone()).unwrap();
        prop_assert_eq!(&set, &ScoreSet::new(reversed(&g), reversed(&i)).unwrap());
        let other = ScoreSet::new(warped(&g), warped(&i)).unwrap();
        for (_, mode) in FarMode::NAMES {
            prop_assume!(*mode != FarMode::Bob || i.len() > 1);
            let (a, b) = (set.tar_at_far(far, *mode).unwrap(), other.tar_at_far(far, *mode).unwrap());
            prop_assert_eq!((a.tar, a.false_accepts, a.k_zero), (b.tar, b.false_accepts, b.k_zero), "{}", mode);
        }
        prop_assert_eq!((set.auc(), set.eer()), (other.auc(), other.eer()));
        prop_assert_eq!(set.eer_nearest().eer, other.eer_nearest().eer);
    }

    #[test]
    fn auc_is_the_share_of_ordered_pairs(g in scores(30), i in scores(30)) {
        let mut wins = 0.0;
        for &a in &g {
            for &b in &i {
                wins += if a == f64::NEG_INFINITY { 0.0 } else if a > b { 1.0 } else if a == b { 0.5 } else { 0.0 };
            }
        }
        let set = ScoreSet::new(g.clone(), i.clone()).unwrap();
        prop_assert!((set.auc() - wins / (g.len() * i.len()) as f64).abs() < 1e-12);
    }

    #[test]
    fn open_set_never_exceeds_its_target(rows in proptest::collection::vec((scores(8), any::<bool>()), 2..30), fpir in 0.0..=1.0f64) {
        let probe = |(s, m): &(Vec<f64>, bool)| Probe::from_scores(s, |i| *m && i == 0).unwrap();
        let search = Search::new(&rows.iter().map(probe).collect::<Vec<_>>()).unwrap();
        prop_assume!(search.mated() > 0 && search.non_mated() > 0);
        let at = search.tpir_at_fpir(fpir, 1).unwrap();
        prop_assert!(at.achieved_fpir <= fpir);
        prop_assert!(at.tpir <= search.rank_k(1).unwrap());
        let alarms = rows.iter().filter(|(s, m)| !m && s.iter().any(|&x| x >= at.threshold)).count();
        prop_assert_eq!(alarms, at.false_alarms);
        for mode in [FpirMode::Insightface, FpirMode::Bob] {
            prop_assume!(mode != FpirMode::Bob || search.non_mated() > 1);
            let other = search.tpir_at_fpir_by(fpir, 1, mode).unwrap();
            prop_assert!(other.achieved_fpir <= at.achieved_fpir && other.tpir <= at.tpir && other.k_zero == at.k_zero);
        }
        let cmc = search.cmc(9).unwrap();
        prop_assert!((1..=9).all(|k| cmc[k - 1] == search.rank_k(k).unwrap()));
        prop_assert!((1..9).all(|k| search.rank_k(k).unwrap() <= search.rank_k(k + 1).unwrap()));
    }

    #[test]
    fn intervals_hold_the_rate(n in 1usize..500, share in 0.0..=1.0f64) {
        let k = (share * n as f64) as usize;
        let (low, high) = clopper_pearson(k, n, 0.95).unwrap();
        let rate = k as f64 / n as f64;
        prop_assert!(0.0 <= low && low <= rate && rate <= high && high <= 1.0 && low < high);
    }
}
