//! The table of a made-up set, counted by hand.
use l2face_eval::{
    evaluate_ijbbc, score_ijbbc, Embeddings, EvalError, FailurePolicy, Features, IjbBc, IjbSet, Pooling,
};

use crate::made_up::{insightface, nist};

/// Each person a direction; probes of person 6 (in no gallery) lie beside person 4, near enough to be a false alarm there.
fn embed(p: &IjbBc, without: &[u64]) -> Embeddings {
    let mut e = Embeddings::new(p.faces.len(), 6);
    for t in &p.verify.templates {
        let person = t.id.to_string().as_bytes()[0] - b'1';
        let mut v = [0f32; 6];
        v[person as usize] = 1.0;
        if person == 5 {
            v[3] = 2.0;
        }
        for &face in t.media.iter().flatten().filter(|_| !without.contains(&t.id)) {
            e.set(face as usize, &v).unwrap();
        }
    }
    e
}

#[test]
fn galleries_are_searched_apart() {
    for set in [nist(IjbSet::B), insightface(IjbSet::C, true)] {
        let p = IjbBc::load(set.set, set.path()).unwrap();
        let result = evaluate_ijbbc(&p, &embed(&p, &[]), &Pooling::default()).unwrap();
        assert_eq!((result.verify.genuine, result.verify.impostor), (4, 20));
        assert_eq!(result.verify.tar.len(), 6);
        let scores = score_ijbbc(&p, &embed(&p, &[]), &Pooling::default()).unwrap();
        assert_eq!((scores.scores.len(), scores.same.iter().filter(|s| **s).count(), scores.folds), (24, 4, 1));
        assert!(scores.same.iter().zip(&scores.scores).all(|(same, s)| *same == (*s > 0.95)), "own direction scores 1");
        assert!(result.verify.tar.iter().all(|t| t.conservative == 1.0), "own direction scores 1, person 6 at 40 .894");
        for gallery in &result.galleries {
            assert_eq!((gallery.mated, gallery.non_mated, gallery.gallery, gallery.probes), (4, 8, 2, 12));
            assert_eq!(gallery.ranks[0].rate, 1.0);
        }
        // FPIR .1 of 8 non-mated probes is none: the threshold lies above person 6's .894 and below 1
        assert!((result.galleries[1].tpir[1].threshold - 2.0 / 5f64.sqrt()).abs() < 1e-6);
        let summary = result.search.clone().unwrap();
        assert_eq!(summary.tpir, [(0.01, 1.0), (0.1, 1.0)]);
        let text = serde_json::to_string(&result).unwrap();
        let back = serde_json::from_str::<l2face_eval::IjbBcResult>(&text).unwrap();
        assert_eq!((back.set, back.counts, back.search), (result.set, result.counts, result.search));
    }
}

#[test]
fn failures_are_counted_in_each_gallery() {
    let set = nist(IjbSet::C);
    let p = IjbBc::load(set.set, set.path()).unwrap();
    let e = embed(&p, &[10, 200]); // a gallery template of person 1, a probe of person 2
    let result = evaluate_ijbbc(&p, &e, &Pooling::default()).unwrap();
    let g1 = &result.galleries[0];
    assert_eq!((g1.failed_gallery, g1.failed_probes, g1.mated, g1.dropped_probes), (1, 1, 4, 0));
    assert_eq!(g1.ranks[0].rate, 0.25, "of 100, 101, 200, 201 only 201 is found");
    assert_eq!((result.galleries[1].failed_gallery, result.galleries[1].ranks[0].rate), (0, 1.0));
    let summary = result.search.unwrap();
    assert_eq!(summary.ranks[0].rate, 5.0 / 8.0, "counts are added, not rates averaged");
    assert_eq!(summary.tpir[1].1, (0.25 + 1.0) / 2.0);
    // 10-101 and 20-200 are genuine and fail
    assert_eq!((result.verify.failed_templates, result.verify.tar[0].conservative), (2, 0.5));
    let dropped = Features::new(&e).failures(FailurePolicy::Drop);
    let result = evaluate_ijbbc(&p, dropped, &Pooling::default()).unwrap();
    let g1 = &result.galleries[0];
    assert_eq!((g1.dropped_gallery, g1.dropped_probes, g1.mated, g1.non_mated), (1, 3, 1, 8));
    assert_eq!(g1.ranks[0].rate, 1.0);
    // 10 is in six pairs, 200 in two
    assert_eq!((result.verify.genuine, result.verify.impostor, result.verify.dropped_pairs), (2, 14, 8));
}

#[test]
fn without_the_search_files_there_is_no_search() {
    let set = insightface(IjbSet::B, false);
    let p = IjbBc::load(set.set, set.path()).unwrap();
    let result = evaluate_ijbbc(&p, &embed(&p, &[]), &Pooling::default()).unwrap();
    assert_eq!((result.galleries.len(), result.search), (0, None));
    assert_eq!(result.verify.tar[0].conservative, 1.0);
}

#[test]
fn impossible_rates_and_misfits_are_errors() {
    let set = nist(IjbSet::B);
    let mut p = IjbBc::load(set.set, set.path()).unwrap();
    let e = embed(&p, &[]);
    let wrong = evaluate_ijbbc(&p, &Embeddings::new(3, 6), &Pooling::default());
    assert!(matches!(wrong, Err(EvalError::WrongCount { got: 3, expected: 40 })));
    let v = p.verify.clone();
    p.verify.pairs.retain(|x| !v.is_genuine(*x));
    let message = evaluate_ijbbc(&p, &e, &Pooling::default()).unwrap_err().to_string();
    assert_eq!(message, "IJB-B 1:1: there are no genuine comparisons, so the rate is undefined");
}
