//! What a good folder becomes.
mod common;

use std::collections::HashSet;

use l2face_eval::{evaluate, Embeddings, EvalError, IjbA, Pooling};

#[test]
fn faces_are_unique_and_media_grouped() {
    let dir = tempfile::tempdir().unwrap();
    common::write_tiny(dir.path());
    let protocol = IjbA::load(dir.path()).unwrap();
    assert_eq!(protocol.splits.iter().map(|s| s.index).collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
    let keys: HashSet<_> = protocol.faces.iter().map(|f| (&f.file, f.hints.bbox.unwrap().x as i64)).collect();
    assert_eq!(keys.len(), protocol.faces.len());
    // photographs of two people: one file, two boxes, two faces
    let files: HashSet<_> = protocol.faces.iter().map(|f| &f.file).collect();
    assert!(files.len() < protocol.faces.len());
    let split = &protocol.splits[0];
    assert_eq!((split.verify.templates.len(), split.search.gallery.len(), split.search.probes.len()), (45, 10, 30));
    assert_eq!((split.verify.train.len(), split.search.train.len()), (2, 2));
    // person 0, template 1 of split 1 (subject 101): two media, a video of three frames and a still
    let template = &split.verify.templates[1];
    assert_eq!((template.id, template.subject), (1001, 101));
    assert_eq!(template.media.iter().map(Vec::len).collect::<Vec<_>>(), [3, 1, 3]);
    let face = &protocol.faces[template.media[0][1] as usize];
    assert_eq!(face.file, "frame/101_1_0_1.png");
    assert_eq!(face.hints.right_eye, None);
    assert_eq!(face.hints.nose_base, Some([45.0, 61.0]));
    let first = &protocol.faces[template.media[0][0] as usize];
    assert_eq!((first.hints.right_eye, first.hints.left_eye), (Some([31.5, 40.0]), None));
    assert!(first.at.ends_with("verify_metadata_1.csv:6"), "{}", first.at);
}

#[test]
fn embeddings_must_fit() {
    let dir = tempfile::tempdir().unwrap();
    common::write_tiny(dir.path());
    let protocol = IjbA::load_splits(dir.path(), [1]).unwrap();
    let n = protocol.faces.len();
    let wrong = evaluate(&protocol, &Embeddings::new(n + 1, 4), &Pooling::default()).unwrap_err();
    assert!(wrong.to_string().contains(&format!("{} faces, the protocol has {n}", n + 1)), "{wrong}");
    let mut e = Embeddings::new(n, 2);
    assert!(matches!(e.set(0, &[1.0]), Err(EvalError::WrongDim { face: 0, got: 1, expected: 2 })));
    assert!(matches!(e.set(3, &[1.0, f32::NAN]), Err(EvalError::NotFinite { face: 3 })));
    assert!(matches!(e.set(n, &[1.0, 1.0]), Err(EvalError::WrongCount { .. })));
    assert_eq!((e.absent(), e.len(), e.dim()), (n, n, 2));
}

#[test]
fn all_failed_is_a_result_and_not_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    common::write_tiny(dir.path());
    let protocol = IjbA::load_splits(dir.path(), [4]).unwrap();
    let n = protocol.faces.len();
    let result = evaluate(&protocol, &Embeddings::new(n, 8), &Pooling::default()).unwrap();
    assert_eq!((result.faces.total, result.faces.failed), (n, n));
    let split = &result.splits[0];
    assert_eq!((split.verify.failed_templates, split.search.failed_probes, split.search.failed_gallery), (45, 30, 10));
    assert!(split.verify.tar.iter().all(|r| r.conservative == 0.0 && r.interp == 0.0 && r.false_accepts == 0));
    assert!(split.search.ranks.iter().all(|r| r.rate == 0.0));
    assert!(split.search.tpir.iter().all(|r| r.tpir == 0.0 && r.false_alarms == 0));
    assert_eq!(
        (result.norm_bins.bins.len(), result.norm_bins.failed_pairs),
        (0, split.verify.genuine + split.verify.impostor)
    );
}

#[test]
fn a_split_without_genuine_pairs_says_so() {
    let dir = tempfile::tempdir().unwrap();
    common::write_tiny(dir.path());
    let mut protocol = IjbA::load_splits(dir.path(), [4]).unwrap();
    let embeddings = common::embed(&protocol);
    let closed = protocol.clone();
    let v = &mut protocol.splits[0].verify;
    let templates = v.templates.clone();
    v.pairs.retain(|&(a, b)| templates[a as usize].subject != templates[b as usize].subject);
    let message = evaluate(&protocol, &embeddings, &Pooling::default()).unwrap_err().to_string();
    assert_eq!(message, "split 4, 1:1: there are no genuine comparisons, so the rate is undefined");
    let mut protocol = closed;
    let s = &mut protocol.splits[0].search;
    let known: HashSet<u64> = s.gallery.iter().map(|t| t.subject).collect();
    s.probes.retain(|t| known.contains(&t.subject));
    let message = evaluate(&protocol, &embeddings, &Pooling::default()).unwrap_err().to_string();
    assert_eq!(message, "split 4, 1:N: there are no non-mated probes, so the rate is undefined");
}
