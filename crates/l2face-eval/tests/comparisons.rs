//! The scores of IJB-A's comparisons, one by one, are those that its table is made of.
mod common;

use l2face_eval::{evaluate, score_ijba, FailurePolicy, Features, IjbA, Pooling};
use l2face_metrics::{FarMode, IdentityComparisons, ScoreSet};

#[test]
fn every_splits_rates_come_back() {
    let dir = tempfile::tempdir().unwrap();
    common::write_tiny(dir.path());
    let protocol = IjbA::load(dir.path()).unwrap();
    let embeddings = common::embed(&protocol);
    for policy in [FailurePolicy::Nist, FailurePolicy::Drop] {
        let features = Features::new(&embeddings).failures(policy);
        let table = evaluate(&protocol, features, &Pooling::default()).unwrap();
        let all = score_ijba(&protocol, features, &Pooling::default()).unwrap();
        assert_eq!((all.folds, all.list.form.as_str()), (10, "1:1 comparisons of 10 splits"));
        for (fold, split) in table.splits.iter().enumerate() {
            let of = |same: bool| {
                let own = (0..all.scores.len()).filter(|&i| all.fold[i] == fold as u32 && all.same[i] == same);
                own.map(|i| all.scores[i]).collect::<Vec<_>>()
            };
            let set = ScoreSet::new(of(true), of(false)).unwrap();
            assert_eq!((set.genuine().len(), set.impostor().len()), (split.verify.genuine, split.verify.impostor));
            for row in &split.verify.tar {
                assert_eq!(set.tar_at_far(row.far, FarMode::Conservative).unwrap().tar, row.conservative);
            }
        }
        let failed: usize = table.splits.iter().map(|s| s.verify.failed_templates).sum();
        assert_eq!(all.failed_templates, failed);
        assert_eq!(all.scores.contains(&f64::NEG_INFINITY), policy == FailurePolicy::Nist && all.failed_pairs > 0);
        let comparisons = all.comparisons().unwrap();
        let set = IdentityComparisons::new(&comparisons).unwrap().score_set().unwrap();
        assert_eq!(set.genuine().len(), all.same.iter().filter(|s| **s).count(), "genuine iff of one identity");
    }
}

#[test]
fn labels_against_identities_and_files_have_no_identities() {
    let dir = tempfile::tempdir().unwrap();
    common::write_tiny(dir.path());
    let protocol = IjbA::load_splits(dir.path(), [4]).unwrap();
    let mut all = score_ijba(&protocol, &common::embed(&protocol), &Pooling::default()).unwrap();
    let text = serde_json::to_string(&all).unwrap();
    let back: l2face_eval::FoldScores = serde_json::from_str(&text).unwrap();
    assert_eq!((&back.scores, back.comparisons()), (&all.scores, None), "a file holds scores alone");
    assert!(all.comparisons().is_some());
    all.same[0] = !all.same[0];
    assert_eq!(all.comparisons(), None);
}
