//! The three policies for failures to enrol, on IJB-A's and LFW's protocols.
mod common;

use std::fs;

use l2face_eval::{
    evaluate, load_lfw, score_folds, Embeddings, FailurePolicy, Features, IjbA, IjbaResult, LfwFiles, Pooling,
};

fn protocol() -> (tempfile::TempDir, IjbA) {
    let dir = tempfile::tempdir().unwrap();
    common::write_tiny(dir.path());
    let protocol = IjbA::load_splits(dir.path(), [4]).unwrap();
    (dir, protocol)
}

fn run(protocol: &IjbA, e: &Embeddings, policy: FailurePolicy) -> IjbaResult {
    evaluate(protocol, Features::new(e).failures(policy), &Pooling::default()).unwrap()
}

/// A person's first gallery template and a probe of somebody else lose their faces.
fn with_failures(protocol: &IjbA) -> Embeddings {
    let (search, full) = (&protocol.splits[0].search, common::embed(protocol));
    let lost: Vec<u32> =
        [&search.gallery[0], &search.probes[5]].iter().flat_map(|t| t.media.iter().flatten().copied()).collect();
    let mut e = Embeddings::new(full.len(), full.dim());
    for i in (0..full.len()).filter(|i| !lost.contains(&(*i as u32))) {
        if let Some(v) = full.get(i) {
            e.set(i, v).unwrap();
        }
    }
    e
}

#[test]
fn nist_keeps_all_and_drop_leaves_out() {
    let (_dir, protocol) = protocol();
    let e = with_failures(&protocol);
    let (nist, drop) = (run(&protocol, &e, FailurePolicy::Nist), run(&protocol, &e, FailurePolicy::Drop));
    assert_eq!((nist.failures, drop.failures), (FailurePolicy::Nist, FailurePolicy::Drop));
    let (n, d) = (&nist.splits[0], &drop.splits[0]);
    assert!(n.verify.failed_templates > 0 && n.search.failed_gallery > 0 && n.search.failed_probes > 0);
    assert_eq!((n.verify.dropped_pairs, n.search.dropped_gallery, n.search.dropped_probes), (0, 0, 0));
    assert!(d.verify.dropped_pairs > 0);
    let comparisons = |s: &l2face_eval::SplitResult| s.verify.genuine + s.verify.impostor;
    assert_eq!(comparisons(n), comparisons(d) + d.verify.dropped_pairs);
    assert_eq!(d.search.dropped_gallery, d.search.failed_gallery);
    assert!(d.search.dropped_probes > d.search.failed_probes, "mated probes without a mate are left out as well");
    assert_eq!(d.search.mated + d.search.non_mated + d.search.dropped_probes, d.search.probes);
    assert_eq!(n.search.mated + n.search.non_mated, n.search.probes);
    assert_eq!(n.verify.failed_templates, d.verify.failed_templates);
    // a failure is a miss: rates with it are never better
    assert!(n.search.ranks[2].rate < d.search.ranks[2].rate);
}

#[test]
fn centre_crops_fill_in() {
    let (_dir, protocol) = protocol();
    let (full, mut e) = (common::embed(&protocol), with_failures(&protocol));
    let before = run(&protocol, &e, FailurePolicy::Nist);
    let lost: Vec<usize> = (0..full.len()).filter(|&i| full.get(i).is_some() && e.get(i).is_none()).collect();
    for &i in &lost {
        e.set_fallback(i, full.get(i).unwrap()).unwrap();
    }
    assert_eq!(run(&protocol, &e, FailurePolicy::Nist), before, "NIST's rule does not look at them");
    let filled = run(&protocol, &e, FailurePolicy::CentreCrop);
    assert_eq!(filled.faces.centre_cropped, lost.len());
    assert_eq!(filled.faces.failed, before.faces.failed);
    assert_eq!(filled.splits, run(&protocol, &full, FailurePolicy::Nist).splits);
    let text = serde_json::to_string(&filled).unwrap();
    assert!(
        text.contains(r#""failures":"centre-crop""#) && text.contains(&format!("\"centre_cropped\":{}", lost.len()))
    );
}

#[test]
fn pairs_of_a_list_follow_the_policy() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("pairs.txt"), "2\nAda 1 2\nBob 1 2\nAda 1 Bob 1\nAda 2 Bob 2\n").unwrap();
    let protocol = load_lfw(&LfwFiles::in_folder(dir.path())).unwrap();
    let mut e = Embeddings::new(4, 2);
    for i in [0, 2, 3] {
        e.set(i, &[1.0, i as f32]).unwrap();
    }
    let run = |policy| score_folds(&protocol, Features::new(&e).failures(policy), &Pooling::default()).unwrap();
    let nist = run(FailurePolicy::Nist);
    assert_eq!((nist.scores.len(), nist.failed_pairs, nist.scores[0]), (4, 2, f64::NEG_INFINITY));
    let drop = run(FailurePolicy::Drop);
    assert_eq!((drop.scores.len(), drop.failed_pairs, drop.same), (2, 2, vec![true, false]));
    assert_eq!(drop.scores, [nist.scores[1], nist.scores[2]]);
}

#[test]
fn old_results_are_still_read() {
    let text = r#"{"total":5,"failed":2}"#;
    let faces: l2face_eval::FaceCounts = serde_json::from_str(text).unwrap();
    assert_eq!((faces.total, faces.failed, faces.centre_cropped), (5, 2, 0));
}
