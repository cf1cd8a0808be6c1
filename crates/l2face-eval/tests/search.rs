//! Search and scoring as a user sees them.
use l2face_eval::{
    dot, mate_rank, score_pairs, search_exact, search_quantised, Hit, Pooled, QuantisedRows, Subjects, UnitRows,
};
use l2face_metrics::Probe;

fn noise(n: usize, seed: u64) -> Vec<f32> {
    let mut z = seed;
    let mut next = || {
        z = z.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (z >> 40) as f32 / 8_388_608.0 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

fn made(rows: usize, dim: usize, seed: u64) -> UnitRows {
    UnitRows::from_data(dim, noise(rows * dim, seed)).unwrap()
}

#[test]
fn the_product_is_exact_where_it_can_be_and_near_elsewhere() {
    assert_eq!(dot(&[], &[]), 0.0);
    for n in [1usize, 15, 16, 17, 31, 100, 512] {
        let (a, b) = (noise(n, 1), noise(n, 2));
        let slow: f64 = a.iter().zip(&b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
        assert!((dot(&a, &b) - slow).abs() <= 1e-15 * n as f64, "{n}");
        let whole: Vec<f32> = a.iter().map(|v| (v * 100.0).round()).collect();
        let sum: f64 = whole.iter().map(|v| f64::from(v * v)).sum();
        assert_eq!(dot(&whole, &whole), sum, "{n}");
    }
    // the order of the sum: element i goes to sum i % 16, the sums are added by halves
    let a = noise(50, 9);
    let mut sums = [0f64; 16];
    a.iter().enumerate().for_each(|(i, v)| sums[i % 16] += f64::from(*v) * f64::from(*v));
    for half in [8, 4, 2, 1] {
        (0..half).for_each(|i| sums[i] += sums[i + half]);
    }
    assert_eq!(dot(&a, &a).to_bits(), sums[0].to_bits());
}

#[test]
fn threads_change_nothing() {
    let (probes, gallery) = (made(300, 24, 1), made(40_000, 24, 2));
    let small = QuantisedRows::new(&gallery).unwrap();
    let pairs: Vec<(u32, u32)> = (0..100_000).map(|i| (i % 300, i * 7 % 40_000)).collect();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let exact = search_exact(&probes, &gallery, 20, None).unwrap();
            let quick = search_quantised(&probes, &gallery, &small, 20, None).unwrap();
            assert!(exact == quick);
            (exact, score_pairs(&gallery, &pairs))
        })
    };
    let one = with(1);
    assert!(one == with(2) && one == with(5));
    for (score, &(a, b)) in one.1.iter().zip(&pairs).step_by(997) {
        assert_eq!(*score, gallery.score(a as usize, &gallery, b as usize));
    }
}

#[test]
fn ranks_are_those_of_the_metrics() {
    // whole numbers: ties everywhere
    let coarse = |n: usize, seed| {
        let data = noise(n * 3, seed).iter().map(|v| (v * 2.0).round()).collect();
        UnitRows::from_data(3, data).unwrap()
    };
    let (probes, gallery) = (coarse(50, 1), coarse(300, 2));
    let (a, b): (Vec<u64>, Vec<u64>) = ((0..50).collect(), (0..300).map(|i| i % 60).collect());
    let subjects = Subjects { probes: &a, gallery: &b };
    let k = 100;
    let hits = search_exact(&probes, &gallery, k, Some(subjects)).unwrap();
    for (p, hits) in hits.iter().enumerate() {
        let scores: Vec<f64> = (0..300).map(|g| probes.score(p, &gallery, g)).collect();
        let mate = Probe::from_scores(&scores, |g| b[g] == a[p]).unwrap().mate.unwrap();
        let rank = mate_rank(hits, |g| b[g as usize] == a[p]);
        assert_eq!(rank, (mate.rank <= k).then_some(mate.rank), "probe {p}");
    }
}

#[test]
fn failures_are_never_found() {
    let enrolled = |v: &[f64]| Some(Pooled { vector: v.to_vec(), feature_norm: 1.0 });
    let gallery = UnitRows::new(&[enrolled(&[0.0, -1.0]), None, enrolled(&[1.0, 0.0])]);
    let probes = UnitRows::new(&[None, enrolled(&[0.0, 1.0])]);
    let small = QuantisedRows::new(&gallery).unwrap();
    let expected = vec![vec![], vec![Hit { index: 2, score: 0.0 }, Hit { index: 0, score: -1.0 }]];
    assert_eq!(search_exact(&probes, &gallery, 5, None).unwrap(), expected);
    assert_eq!(search_quantised(&probes, &gallery, &small, 5, None).unwrap(), expected);
    assert_eq!(score_pairs(&gallery, &[(0, 1), (0, 0)]), [f64::NEG_INFINITY, 1.0]);
    let nobody = UnitRows::new(&[None, None]);
    assert_eq!(search_exact(&probes, &nobody, 5, None).unwrap(), [vec![], vec![]]);
    assert_eq!(search_exact(&nobody, &gallery, 5, None).unwrap(), [vec![], vec![]]);
    assert_eq!(search_exact(&UnitRows::new(&[]), &gallery, 5, None).unwrap(), Vec::<Vec<Hit>>::new());
    let empty = QuantisedRows::new(&nobody).unwrap();
    assert_eq!(search_quantised(&probes, &nobody, &empty, 5, None).unwrap(), [vec![], vec![]]);
}

#[test]
fn what_cannot_be_searched_is_refused() {
    let (probes, gallery) = (made(4, 8, 1), made(6, 8, 2));
    let small = QuantisedRows::new(&gallery).unwrap();
    let says = |result: Result<Vec<Vec<Hit>>, l2face_eval::EvalError>, part: &str| {
        let message = result.unwrap_err().to_string();
        assert!(message.contains(part), "{part:?} not in: {message}");
    };
    says(search_exact(&probes, &gallery, 0, None), "k is 0");
    says(search_exact(&made(4, 7, 1), &gallery, 1, None), "vectors of 7, the gallery's have 8");
    says(search_quantised(&probes, &made(5, 8, 3), &small, 1, None), "6 rows of 8, the gallery has 5 of 8");
    let short = Subjects { probes: &[1, 2], gallery: &[1, 2, 3, 4, 5, 6] };
    says(search_exact(&probes, &gallery, 1, Some(short)), "subjects: 2 and 6 for 4 probes and 6 gallery rows");
    let huge = UnitRows::from_data(8, vec![1e30; 48]).unwrap();
    says(search_exact(&probes, &huge, 1, None), "row 0 has norm");
    assert!(QuantisedRows::new(&huge).unwrap_err().to_string().contains("scale the vectors to unit length"));
    for (dim, data, part) in [
        (0, vec![], "0 numbers are not rows of 0"),
        (3, vec![1.0; 7], "7 numbers are not rows of 3"),
        (2, vec![1.0, 1.0, f32::NAN, 1.0], "row 1 is not finite"),
        (1, vec![f32::INFINITY], "row 0 is not finite"),
    ] {
        let message = UnitRows::from_data(dim, data).unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }
}
