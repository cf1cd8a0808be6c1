//! Ties, failures to enrol and wrong input.
use l2face_metrics::{clopper_pearson, FarMode, FpirMode, Mate, MetricsError, Probe, ScoreSet, Search};

const FAIL: f64 = f64::NEG_INFINITY;

fn conservative(genuine: &[f64], impostor: &[f64], far: f64) -> l2face_metrics::TarAtFar {
    let s = ScoreSet::new(genuine.to_vec(), impostor.to_vec()).unwrap();
    s.tar_at_far(far, FarMode::Conservative).unwrap()
}

#[test]
fn ties_at_the_threshold_are_rejected_together() {
    // One false accept in four is allowed, but the second and first impostor are tied: none can be had.
    let at = conservative(&[0.9, 0.5, 0.4], &[0.5, 0.5, 0.1, 0.0], 0.25);
    assert_eq!((at.false_accepts, at.true_accepts, at.k_zero), (0, 1, false));
    assert!(at.threshold > 0.5 && at.threshold < 0.5 + 1e-15);
    let at = conservative(&[0.9, 0.5, 0.4], &[0.5, 0.5, 0.1, 0.0], 0.5);
    assert_eq!((at.false_accepts, at.true_accepts), (2, 3));
}

#[test]
fn zero_allowed_errors_are_flagged_and_answered() {
    let at = conservative(&[0.9, 0.2], &[0.5, 0.1], 1e-4);
    assert_eq!((at.tar, at.achieved_far, at.k_zero), (0.5, 0.0, true));
}

#[test]
fn failures_are_misses_and_never_false_accepts() {
    let at = conservative(&[0.9, FAIL], &[0.5, FAIL, FAIL, FAIL], 1.0);
    assert_eq!((at.tar, at.false_accepts, at.threshold), (0.5, 1, f64::MIN));
    // they stay in the denominator: 1 of 4 impostors may be accepted at FAR .25
    assert_eq!(conservative(&[0.4], &[0.5, FAIL, FAIL, FAIL], 0.25).tar, 1.0);
    assert_eq!(conservative(&[0.4], &[0.5, FAIL, FAIL, FAIL], 0.24).tar, 0.0);
    let s = ScoreSet::new(vec![FAIL], vec![FAIL]).unwrap();
    let failed = ScoreSet::new(vec![FAIL, FAIL], vec![FAIL, FAIL]).unwrap();
    for (_, mode) in FarMode::NAMES {
        for far in [0.0, 0.5, 1.0] {
            let at = failed.tar_at_far(far, *mode).unwrap();
            assert_eq!((at.tar, at.false_accepts, at.achieved_far), (0.0, 0, 0.0), "{mode} at {far}");
        }
    }
    assert_eq!((failed.eer_nearest().eer, failed.det().len()), (0.5, 1));
    assert_eq!((s.tar(FAIL), s.far(FAIL), s.auc(), s.eer()), (0.0, 0.0, 0.0, 1.0));
    assert_eq!(s.roc().len(), 1);
}

#[test]
fn interpolation_holds_the_last_vertex_when_failures_end_the_curve() {
    let s = ScoreSet::new(vec![0.9, 0.2, FAIL, FAIL], vec![0.5, 0.1, FAIL, FAIL]).unwrap();
    // vertices (0, .25), (.25, .5), (.5, .5)
    for (far, tar) in [(0.0, 0.25), (0.125, 0.375), (0.25, 0.5), (0.5, 0.5), (0.9, 0.5)] {
        assert_eq!(s.tar_at_far(far, FarMode::Interp).unwrap().tar, tar, "at {far}");
    }
}

#[test]
fn wrong_input_is_an_error() {
    let nan = ScoreSet::new(vec![0.1, f64::NAN], vec![0.1]).unwrap_err();
    assert!(nan.to_string().contains("genuine score 1 is NaN"), "{nan}");
    let inf = ScoreSet::new(vec![0.1], vec![f64::INFINITY]).unwrap_err();
    assert!(inf.to_string().contains("impostor score 0 is inf"), "{inf}");
    assert_eq!(ScoreSet::new(vec![], vec![0.1]), Err(MetricsError::Empty("genuine comparisons")));
    assert_eq!(ScoreSet::new(vec![0.1], vec![]), Err(MetricsError::Empty("impostor comparisons")));
    let s = ScoreSet::new(vec![0.1], vec![0.1]).unwrap();
    assert_eq!(s.tar_at_far(1.5, FarMode::Interp), Err(MetricsError::BadRate(1.5)));
    assert!(s.tar_at_far(f64::NAN, FarMode::Interp).is_err());
    assert!(s.roc_on_grid(&[0.1, -0.1]).is_err());
    for (_, mode) in FarMode::NAMES {
        assert_eq!(s.tar_at_far(-0.1, *mode), Err(MetricsError::BadRate(-0.1)));
    }
    let bob = s.tar_at_far(0.1, FarMode::Bob).unwrap_err();
    assert!(bob.to_string().contains("bob needs at least 2 impostor comparisons, got 1"), "{bob}");
}

#[test]
fn modes_go_by_one_name_everywhere() {
    let names: Vec<_> = FarMode::NAMES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["conservative", "insightface", "bob", "interp", "pfe"]);
    for (name, mode) in FarMode::NAMES {
        assert_eq!((name.parse::<FarMode>().unwrap(), mode.to_string()), (*mode, (*name).to_owned()));
        assert_eq!(serde_json::to_value(mode).unwrap(), *name);
        assert_eq!(serde_json::from_value::<FarMode>((*name).into()).unwrap(), *mode);
    }
    for (name, mode) in FpirMode::NAMES {
        assert_eq!((name.parse::<FpirMode>().unwrap(), serde_json::to_value(mode).unwrap()), (*mode, (*name).into()));
    }
    assert_eq!((FarMode::default(), FpirMode::default()), (FarMode::Conservative, FpirMode::Conservative));
    let unknown = "Bob".parse::<FarMode>().unwrap_err().to_string();
    assert_eq!(unknown, "unknown TAR at FAR mode \"Bob\"; choose one of conservative, insightface, bob, interp, pfe");
}

#[test]
fn each_mode_reads_the_same_scores_in_its_own_way() {
    // four impostors, one of which may be accepted at .25; .35 lies nearer to .25 than to .5, and .7 more so to .75
    let s = ScoreSet::new(vec![0.9, 0.75, 0.65, 0.45], vec![0.8, 0.7, 0.5, 0.1]).unwrap();
    let at = |far, mode| s.tar_at_far(far, mode).unwrap();
    assert_eq!((at(0.25, FarMode::Conservative).tar, at(0.25, FarMode::Bob).tar), (0.5, 0.25));
    assert_eq!((at(0.25, FarMode::Bob).threshold, at(0.25, FarMode::Pfe).threshold), (0.8, 0.8));
    assert_eq!((at(0.35, FarMode::Insightface).tar, at(0.7, FarMode::Insightface).achieved_far), (0.5, 0.75));
    assert_eq!((at(0.4, FarMode::Pfe).achieved_far, at(0.4, FarMode::Conservative).achieved_far), (0.5, 0.25));
    assert!(at(0.1, FarMode::Pfe).threshold > 0.8 && at(0.1, FarMode::Pfe).k_zero);
    assert_eq!(at(0.15, FarMode::Pfe).achieved_far, 0.25); // .6 rounds to 1: above the target, and flagged
    assert!(at(0.15, FarMode::Pfe).k_zero);
}

#[test]
fn the_two_zeros_are_one_score() {
    let at = conservative(&[0.0], &[-0.0, -0.0], 0.0);
    assert_eq!((at.true_accepts, at.false_accepts), (0, 0));
    assert_eq!(ScoreSet::new(vec![0.0], vec![-0.0]).unwrap().roc().len(), 2);
}

#[test]
fn ranks_count_ties_against_and_take_the_best_mate() {
    let probe = Probe::from_scores(&[0.5, 0.7, 0.7, 0.3], |i| i == 0 || i == 2).unwrap();
    let mate = probe.mate.unwrap();
    assert_eq!((mate.score, mate.rank, probe.best_other), (0.7, 2, 0.7));
    let search = Search::new(&[probe]).unwrap();
    assert_eq!((search.rank_k(1).unwrap(), search.rank_k(2).unwrap()), (0.0, 1.0));
    assert!(Probe::from_scores(&[0.5, f64::NAN], |_| false).is_err());
}

fn mated(score: f64, other: f64) -> Probe {
    Probe::from_scores(&[score, other], |i| i == 0).unwrap()
}

fn stranger(best: f64) -> Probe {
    Probe::from_scores(&[best], |_| false).unwrap()
}

#[test]
fn open_set_needs_score_and_rank() {
    // at FPIR .5 the threshold is just above .4: .9 counts, .8 has the wrong rank, .3 is too low
    let probes = [mated(0.9, 0.1), mated(0.8, 0.85), mated(0.3, 0.1), stranger(0.6), stranger(0.4)];
    let search = Search::new(&probes).unwrap();
    let at = search.tpir_at_fpir(0.5, 1).unwrap();
    assert_eq!((at.tpir, at.false_alarms, at.achieved_fpir), (1.0 / 3.0, 1, 0.5));
    assert_eq!(search.tpir_at_fpir(0.5, 2).unwrap().tpir, 2.0 / 3.0);
    assert_eq!(at.interval(0.95).unwrap(), clopper_pearson(1, 3, 0.95).unwrap());
    assert!(at.interval(1.0).is_err());
    // of the maxima .6 and .4 InsightFace takes the first and exceeds it, bob reaches it
    let [insightface, bob] = [FpirMode::Insightface, FpirMode::Bob].map(|m| search.tpir_at_fpir_by(0.5, 2, m).unwrap());
    assert!((insightface.false_alarms, bob.false_alarms, bob.threshold) == (0, 1, 0.6) && insightface.threshold > 0.6);
    let strict = search.tpir_at_fpir(0.01, 1).unwrap();
    assert_eq!((strict.false_alarms, strict.k_zero), (0, true));
    assert!(strict.threshold > 0.6 && strict.threshold < 0.6 + 1e-15);
    assert_eq!((search.mated(), search.non_mated()), (3, 2));
}

#[test]
fn failed_probes_miss_even_at_the_last_rank() {
    let alone = Probe::from_scores(&[FAIL], |_| true).unwrap();
    let search = Search::new(&[alone, mated(FAIL, FAIL), mated(0.2, 0.1), stranger(FAIL)]).unwrap();
    assert_eq!(search.rank_k(1000).unwrap(), 1.0 / 3.0);
    let at = search.tpir_at_fpir(1.0, 1000).unwrap();
    assert_eq!((at.tpir, at.false_alarms, at.achieved_fpir), (1.0 / 3.0, 0, 0.0));
}

#[test]
fn searches_over_nothing_are_errors() {
    let none = Search::new(&[stranger(0.1)]).unwrap();
    assert_eq!(none.rank_k(1), Err(MetricsError::Empty("mated probes")));
    let closed = Search::new(&[mated(0.2, 0.1)]).unwrap();
    assert_eq!(closed.tpir_at_fpir(0.1, 1).unwrap_err(), MetricsError::Empty("non-mated probes"));
    assert_eq!(closed.rank_k(0), Err(MetricsError::ZeroRank));
    assert_eq!(closed.cmc(0), Err(MetricsError::ZeroRank));
    assert_eq!(none.cmc(3), Err(MetricsError::Empty("mated probes")));
    let zero = Probe { mate: Some(Mate { score: 0.5, rank: 0 }), best_other: 0.1 };
    assert_eq!(Search::new(&[zero]), Err(MetricsError::ZeroRank));
    let lone = Search::new(&[mated(0.2, 0.1), stranger(0.1)]).unwrap();
    let bob = lone.tpir_at_fpir_by(0.1, 1, FpirMode::Bob).unwrap_err();
    assert!(bob.to_string().contains("bob needs at least 2 non-mated probes, got 1"), "{bob}");
    assert_eq!(lone.tpir_at_fpir_by(2.0, 1, FpirMode::Insightface), Err(MetricsError::BadRate(2.0)));
    let nan = Probe { mate: None, best_other: f64::NAN };
    assert!(Search::new(&[nan]).is_err());
}
