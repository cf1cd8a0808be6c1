//! What must hold for any scores.
use l2face_metrics::{clopper_pearson, log_grid, FarMode, Probe, ScoreSet, Search};
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
        for mode in [FarMode::Conservative, FarMode::Interp] {
            let (a, b) = (set.tar_at_far(far, mode).unwrap(), other.tar_at_far(far, mode).unwrap());
            prop_assert_eq!((a.tar, a.false_accepts), (b.tar, b.false_accepts));
        }
        prop_assert_eq!((set.auc(), set.eer()), (other.auc(), other.eer()));
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
