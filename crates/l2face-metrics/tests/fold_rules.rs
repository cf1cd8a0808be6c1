//! Folds, thresholds and accuracies: ties, failures to enrol, wrong input.
use l2face_metrics::{train_test_accuracy, AccuracyMode, Folds, MetricsError, Pair};
use proptest::prelude::*;

const FAIL: f64 = f64::NEG_INFINITY;

fn genuine(score: f64) -> Pair {
    Pair { score, genuine: true }
}

fn impostor(score: f64) -> Pair {
    Pair { score, genuine: false }
}

/// Training pairs that a threshold near .5 divides.
fn training() -> Vec<Pair> {
    vec![genuine(0.75), genuine(0.625), impostor(0.375), impostor(0.25)]
}

#[test]
fn each_mode_has_its_threshold() {
    let at = |mode| train_test_accuracy(&training(), &training(), mode).unwrap();
    // d = .5, .75 | 1.25, 1.5: the first threshold above .75
    let grid = at(AccuracyMode::InsightfaceGrid);
    assert_eq!((grid.threshold, grid.score_threshold, grid.accuracy), (0.76, 0.62, 1.0));
    let sphereface = at(AccuracyMode::Sphereface);
    assert!((sphereface.threshold - 0.5).abs() < 1e-12 && sphereface.accuracy == 1.0);
    assert_eq!(at(AccuracyMode::Exact).threshold, 0.5);
    assert!((at(AccuracyMode::Exact).training_accuracy, at(AccuracyMode::Exact).right) == (1.0, 4));
}

#[test]
fn scores_at_the_threshold_are_decided_as_stated() {
    let test = [genuine(0.5), impostor(0.5)];
    let right = |mode| train_test_accuracy(&training(), &test, mode).unwrap().right;
    assert_eq!(right(AccuracyMode::Exact), 1); // both accepted
    assert_eq!(right(AccuracyMode::Sphereface), 0); // both wrong
                                                    // genuine at .75, impostor at .25: d = .5 and 1.5, so t = .51; at .5 the strict rule rejects d = .51 (cosine .745)
    let wide = [genuine(0.75), impostor(0.25)];
    let at_threshold = [genuine(1.0 - 0.51 / 2.0), impostor(1.0 - 0.51 / 2.0)];
    let grid = train_test_accuracy(&wide, &at_threshold, AccuracyMode::InsightfaceGrid).unwrap();
    assert_eq!((grid.threshold, grid.right), (0.51, 1)); // both rejected
}

#[test]
fn failures_are_rejected_in_every_mode() {
    let failed = [genuine(FAIL), impostor(FAIL), impostor(FAIL)];
    let lenient = [genuine(-1.0), genuine(-0.9), impostor(FAIL)]; // fitted to accept all that has a score
    for (_, mode) in AccuracyMode::NAMES {
        for training in [training().as_slice(), &lenient] {
            let at = train_test_accuracy(training, &failed, *mode).unwrap();
            assert_eq!((at.right, at.failed, at.pairs), (2, 3, 3), "{mode}");
            assert!(at.threshold.is_finite());
        }
        let all = [genuine(FAIL), impostor(FAIL)];
        assert_eq!(train_test_accuracy(&all, &all, *mode).unwrap().accuracy, 0.5, "{mode}");
    }
    let exact = train_test_accuracy(&lenient, &[impostor(-1.0)], AccuracyMode::Exact).unwrap();
    assert_eq!((exact.training_accuracy, exact.threshold, exact.right), (1.0, f64::MIN, 0));
}

#[test]
fn nothing_is_accepted_where_that_is_best() {
    let reversed = [genuine(0.1), impostor(0.2), impostor(0.3)];
    let at = train_test_accuracy(&reversed, &reversed, AccuracyMode::Exact).unwrap();
    assert!(at.accuracy == 2.0 / 3.0 && at.threshold > 0.3 && at.threshold < 0.3 + 1e-15);
}

#[test]
fn folds_keep_order_and_share_the_remainder() {
    let pairs: Vec<Pair> = (0..11).map(|i| genuine(f64::from(i) / 16.0)).collect();
    let folds = Folds::contiguous(&pairs, 4).unwrap();
    assert_eq!(folds.folds().iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 3, 2]);
    assert_eq!(folds.folds().concat(), pairs);
    let named = Folds::by_number(&pairs, &[7, 7, 7, 8, 8, 8, 20, 20, 20, 21, 21]).unwrap();
    assert_eq!(named, folds);
    let last = Folds::by_number(&pairs[..3], &[usize::MAX, 0, 0]).unwrap();
    assert_eq!(last.folds()[1], pairs[..1]);
}

fn message<T: std::fmt::Debug>(result: Result<T, MetricsError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn wrong_folds_are_errors() {
    let pairs = training();
    assert!(message(Pair::zip(&[0.1, 0.2], &[true])).contains("2 scores but 1 labels"));
    assert!(message(Folds::by_number(&pairs, &[0, 1])).contains("4 pairs but 2 fold numbers"));
    assert_eq!(Folds::by_number(&pairs, &[3; 4]), Err(MetricsError::BadFoldCount { pairs: 4, folds: 1 }));
    for folds in [0, 1, 5] {
        assert!(message(Folds::contiguous(&pairs, folds)).contains(&format!("cut into {folds} folds")));
    }
    assert!(message(Folds::contiguous(&[], 2)).contains("0 pairs"));
    for bad in [f64::NAN, f64::INFINITY] {
        let with = [pairs.clone(), vec![impostor(bad)]].concat();
        assert!(message(Folds::contiguous(&with, 2)).contains("pair score 4 is"));
        assert!(message(train_test_accuracy(&pairs, &with, AccuracyMode::Exact)).contains("pair score 4 is"));
    }
}

#[test]
fn rates_over_one_kind_alone_are_errors() {
    let sorted = Folds::contiguous(&training(), 2).unwrap(); // genuine first: each fold trains on one kind
    let said = message(sorted.accuracy(AccuracyMode::Exact));
    assert!(said.contains("fold 0 has no genuine pair to choose its threshold on in the others"), "{said}");
    assert!(message(sorted.val_at_far(0.1)).contains("fold 0 has no impostor pair to take a rate over"));
    let only = [genuine(0.5)];
    let one_kind = |training: &[Pair]| train_test_accuracy(training, training, AccuracyMode::Exact);
    assert_eq!(one_kind(&only), Err(MetricsError::Empty("impostor training pairs")));
    assert_eq!(one_kind(&[impostor(0.1)]), Err(MetricsError::Empty("genuine training pairs")));
    assert_eq!(train_test_accuracy(&training(), &[], AccuracyMode::Exact), Err(MetricsError::Empty("test pairs")));
    // a test set of one kind has an accuracy
    assert_eq!(train_test_accuracy(&training(), &only, AccuracyMode::Exact).unwrap().pairs, 1);
}

#[test]
fn scores_that_are_no_cosines_suit_the_exact_mode_alone() {
    let scores = [genuine(31.0), impostor(4.0), genuine(29.0), impostor(2.0)];
    let folds = Folds::contiguous(&scores, 2).unwrap();
    assert_eq!(folds.accuracy(AccuracyMode::Exact).unwrap().mean, 1.0);
    for mode in [AccuracyMode::InsightfaceGrid, AccuracyMode::Sphereface] {
        let said = message(folds.accuracy(mode));
        assert!(said.contains("pair 0 scores 31, which is no cosine") && said.contains(mode.name()), "{said}");
    }
    assert!(message(folds.val_at_far(0.1)).contains("no cosine"));
    let rounded = [genuine(1.0 + 1e-12), impostor(0.0)];
    assert!(train_test_accuracy(&rounded, &rounded, AccuracyMode::InsightfaceGrid).is_ok());
}

#[test]
fn val_without_support_is_flagged() {
    let fold = [genuine(0.9), genuine(0.8), impostor(0.5), impostor(0.1)];
    let folds = Folds::contiguous(&[fold, fold].concat(), 2).unwrap();
    let strict = folds.val_at_far(0.01).unwrap();
    assert!(strict.k_zero && strict.folds.iter().all(|f| f.k_zero && f.reached && f.training_impostors == 2));
    // between t = 1 (FAR 0) and 1.001 (FAR .5): just above the nearest impostor, d = 1, so the target is missed by far
    assert!((strict.folds[0].threshold - 1.00002).abs() < 1e-9);
    assert_eq!((strict.val_mean, strict.far_mean), (1.0, 0.5));
    assert!(!folds.val_at_far(0.5).unwrap().k_zero);
    // at FAR .5 every threshold from the one above d = 1 to that at d = 1.8 answers
    let half = folds.val_at_far(0.5).unwrap().folds[0];
    assert!((half.lowest_threshold - 1.001).abs() < 1e-9 && (half.threshold - 1.8).abs() < 1e-9, "{half:?}");
    // failures keep FAR below 1: the target is not reached, nothing is accepted
    let failing = [genuine(0.9), impostor(FAIL), impostor(0.1)];
    let out = Folds::contiguous(&[failing, failing].concat(), 2).unwrap().val_at_far(0.75).unwrap();
    assert!(out.folds.iter().all(|f| !f.reached && f.threshold == 0.0) && out.val_mean == 0.0 && out.far_mean == 0.0);
    assert_eq!(folds.val_at_far(1.5), Err(MetricsError::BadRate(1.5)));
}

#[test]
fn modes_go_by_one_name_everywhere() {
    let names: Vec<_> = AccuracyMode::NAMES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["insightface-grid", "facenet-arccos", "sphereface", "exact"]);
    for (name, mode) in AccuracyMode::NAMES {
        assert_eq!((name.parse::<AccuracyMode>().unwrap(), mode.to_string()), (*mode, (*name).to_owned()));
        assert_eq!(serde_json::to_value(mode).unwrap(), *name);
    }
    assert!(message("grid".parse::<AccuracyMode>())
        .contains("choose one of insightface-grid, facenet-arccos, sphereface, exact"));
}

fn pairs() -> impl Strategy<Value = Vec<Pair>> {
    let score = prop_oneof![9 => (-16i32..=16).prop_map(|v| f64::from(v) / 16.0), 1 => Just(FAIL)];
    proptest::collection::vec((score, any::<bool>()).prop_map(|(score, genuine)| Pair { score, genuine }), 8..60)
}

proptest! {
    /// No threshold at all divides the training pairs better, and order and strictly monotone maps change no decision.
    #[test]
    fn exact_is_the_best_there_is(pairs in pairs(), test in pairs()) {
        prop_assume!(pairs.iter().any(|p| p.genuine) && pairs.iter().any(|p| !p.genuine));
        let at = train_test_accuracy(&pairs, &test, AccuracyMode::Exact).unwrap();
        let right = |t: f64| pairs.iter().filter(|p| (p.score >= t) == p.genuine).count() as f64 / pairs.len() as f64;
        for step in -34..=34 {
            prop_assert!(right(f64::from(step) / 32.0) <= at.training_accuracy);
        }
        prop_assert_eq!(right(at.threshold), at.training_accuracy);
        let turned: Vec<Pair> = pairs.iter().rev().copied().collect();
        prop_assert_eq!(train_test_accuracy(&turned, &test, AccuracyMode::Exact).unwrap(), at);
        let map = |all: &[Pair]| all.iter().map(|p| Pair { score: p.score * 1024.0 + 3.0, ..*p }).collect::<Vec<_>>();
        let other = train_test_accuracy(&map(&pairs), &map(&test), AccuracyMode::Exact).unwrap();
        prop_assert_eq!((other.right, other.training_accuracy), (at.right, at.training_accuracy));
    }

    /// Every mode against its definition: all thresholds tried one by one.
    #[test]
    fn grids_are_searched_whole(pairs in pairs()) {
        prop_assume!(pairs.iter().any(|p| p.genuine) && pairs.iter().any(|p| !p.genuine));
        let grid = train_test_accuracy(&pairs, &pairs, AccuracyMode::InsightfaceGrid).unwrap();
        let right = |t: f64| pairs.iter().filter(|p| (2.0 - 2.0 * p.score < t) == p.genuine).count();
        let most = (0..400).map(|i| right(f64::from(i) * 0.01)).max().unwrap();
        let first = (0..400).map(|i| f64::from(i) * 0.01).find(|t| right(*t) == most).unwrap();
        prop_assert_eq!((grid.threshold, grid.right), (first, most));
        let v = Folds::contiguous(&[pairs.clone(), pairs].concat(), 2).unwrap();
        let vals: Vec<f64> = [0.0, 0.01, 0.1, 0.5, 1.0].iter().map(|x| v.val_at_far(*x).unwrap())
            .filter(|v| v.folds.iter().all(|f| f.reached)).map(|v| v.val_mean).collect();
        prop_assert!(vals.windows(2).all(|w| w[0] <= w[1]));
    }
}
