//! Intervals by resampled identities. That weights are copies is shown beside the code, where the draws can be seen.
use l2face_metrics::{clopper_pearson, Bootstrap, Comparison, FarMode, IdentityComparisons, MetricsError};

const PLAN: Bootstrap = Bootstrap { replicates: 400, confidence: 0.95, seed: 11 };

/// In [-1, 1), from a number.
fn noise(n: u64) -> f64 {
    let z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 30)) >> 11) as f64 / 2f64.powi(52) - 1.0
}

/// `people` identities, each with `own` genuine comparisons that share a level of their own, all against all as impostors.
fn comparisons(people: u64, own: u64, level: f64) -> Vec<Comparison> {
    let mut all = Vec::new();
    for a in 0..people {
        let genuine = (0..own).map(|k| 0.4 + level * noise(a * 7 + 1) + (0.4 - level) * noise(a * 1000 + k));
        all.extend(genuine.map(|score| Comparison { a, b: a, score }));
        all.extend((0..a).map(|b| Comparison {
            a,
            b,
            score: 0.3 * noise(a * 100_003 + b) + 0.3 * noise(b * 17 + a * 31),
        }));
    }
    all
}

#[test]
fn the_interval_holds_the_rate_and_is_the_same_on_any_number_of_threads() {
    let data = IdentityComparisons::new(&comparisons(40, 5, 0.3)).unwrap();
    let at = data.score_set().unwrap().tar_at_far(0.05, FarMode::Conservative).unwrap();
    let pool = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
    let [one, three] = [1, 3].map(|n| pool(n).install(|| data.tar_interval(0.05, PLAN)).unwrap());
    assert_eq!(one, three);
    assert_eq!((one.tar, one.identities, one.replicates, one.undefined), (at.tar, 40, 400, 0));
    assert!(0.0 <= one.low && one.low < at.tar && at.tar < one.high && one.high <= 1.0);
    assert_ne!(one, data.tar_interval(0.05, Bootstrap { seed: 12, ..PLAN }).unwrap());
    let wide = data.tar_interval(0.05, Bootstrap { confidence: 0.99, ..PLAN }).unwrap();
    assert!(wide.low <= one.low && one.high <= wide.high);
}

#[test]
fn order_of_the_comparisons_and_names_of_the_identities_in_order_change_nothing() {
    let all = comparisons(20, 3, 0.3);
    let turned: Vec<_> = all.iter().rev().map(|c| Comparison { a: c.b * 5 + 2, b: c.a * 5 + 2, ..*c }).collect();
    let interval = |all: &[Comparison]| IdentityComparisons::new(all).unwrap().tar_interval(0.1, PLAN).unwrap();
    assert_eq!(interval(&all), interval(&turned));
}

/// Comparisons of one person are alike: an interval that takes them as independent is too narrow.
#[test]
fn dependence_within_identities_widens_the_interval() {
    let data = IdentityComparisons::new(&comparisons(60, 20, 0.39)).unwrap();
    let at = data.score_set().unwrap().tar_at_far(0.05, FarMode::Conservative).unwrap();
    let (low, high) = clopper_pearson(at.true_accepts, at.genuine, 0.95).unwrap();
    let found = data.tar_interval(0.05, PLAN).unwrap();
    assert!(found.high - found.low > 1.5 * (high - low), "{found:?} against {low} {high}");
}

#[test]
fn targets_and_draws_without_support_are_counted() {
    let data = IdentityComparisons::new(&comparisons(40, 5, 0.3)).unwrap();
    let strict = data.tar_interval(1e-4, PLAN).unwrap();
    assert!(strict.k_zero && strict.k_zero_replicates == strict.replicates);
    assert_eq!(data.tar_interval(0.05, PLAN).unwrap().k_zero_replicates, 0);
    // two identities: half of the draws take one of them twice and have no impostor comparison
    let two = IdentityComparisons::new(&comparisons(2, 1, 0.0)).unwrap().tar_interval(0.5, PLAN).unwrap();
    assert!(two.replicates + two.undefined == 400 && (120..280).contains(&two.undefined), "{two:?}");
}

#[test]
fn failures_are_misses() {
    let mut all = comparisons(30, 2, 0.1);
    all.iter_mut().filter(|c| c.a == c.b).for_each(|c| c.score = f64::NEG_INFINITY);
    let found = IdentityComparisons::new(&all).unwrap().tar_interval(1.0, PLAN).unwrap();
    assert_eq!((found.tar, found.low, found.high), (0.0, 0.0, 0.0));
}

#[test]
fn wrong_input_is_an_error() {
    let all = comparisons(5, 2, 0.1);
    let data = IdentityComparisons::new(&all).unwrap();
    assert_eq!(data.tar_interval(1.5, PLAN), Err(MetricsError::BadRate(1.5)));
    for (replicates, confidence) in [(0, 0.95), (10, 0.0), (10, 1.0), (10, f64::NAN)] {
        let said = data.tar_interval(0.1, Bootstrap { replicates, confidence, seed: 1 }).unwrap_err().to_string();
        assert!(said.contains(&format!("from {replicates} replicates")), "{said}");
    }
    let of = |genuine: bool| all.iter().copied().filter(|c| (c.a == c.b) == genuine).collect::<Vec<_>>();
    assert_eq!(IdentityComparisons::new(&of(true)), Err(MetricsError::Empty("impostor comparisons")));
    assert_eq!(IdentityComparisons::new(&of(false)), Err(MetricsError::Empty("genuine comparisons")));
    assert_eq!(IdentityComparisons::new(&[]), Err(MetricsError::Empty("genuine comparisons")));
    let nan = [all.as_slice(), &[Comparison { a: 1, b: 2, score: f64::NAN }]].concat();
    assert!(IdentityComparisons::new(&nan).unwrap_err().to_string().contains("comparison score 20 is NaN"));
    // both kinds come only if each of the three is drawn once, 6 draws in 27; else a single replicate is none
    let apart = [Comparison { a: 0, b: 0, score: 0.5 }, Comparison { a: 1, b: 2, score: 0.1 }];
    let apart = IdentityComparisons::new(&apart).unwrap();
    let lone = (0..50).map(|seed| apart.tar_interval(0.1, Bootstrap { replicates: 1, confidence: 0.9, seed }));
    let refused = lone.filter(|r| *r == Err(MetricsError::NoReplicate { replicates: 1, identities: 3 })).count();
    assert!((25..50).contains(&refused), "{refused}");
}
