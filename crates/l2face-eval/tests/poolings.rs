//! Every pooling by name against numpy (`reference_pooling.py`), against a slow formula, and what is refused.
use std::collections::BTreeMap;

use l2face_eval::{
    face_quality, pool, quality_weights, Embeddings, EvalError, FailurePolicy, Features, Pool, Pooling, TemplateSpec,
};
use serde_json::Value;

const FACES: usize = 4;
const DIM: usize = 5;
const SCORES: [f32; FACES] = [0.95, 0.5, 0.0625, 1.0];

fn value(face: usize, d: usize, mirrored: bool) -> f32 {
    let k = face * 31 + d * 17 + if mirrored { 7 } else { 0 };
    (((k * k % 101) as f64 - 50.0) / 16.0 * (face as f64 + 1.0)) as f32
}

fn embeddings(mirrored: bool) -> Embeddings {
    let mut e = Embeddings::new(FACES, DIM);
    for f in 0..FACES {
        e.set(f, &(0..DIM).map(|d| value(f, d, mirrored)).collect::<Vec<_>>()).unwrap();
    }
    e
}

fn template() -> TemplateSpec {
    TemplateSpec { id: 1, subject: 1, media: vec![vec![0, 1, 2], vec![3]] }
}

#[test]
fn all_combinations_agree_with_numpy() {
    let expected: BTreeMap<String, Value> = serde_json::from_str(include_str!("expected_poolings.json")).unwrap();
    assert_eq!(expected.len(), 48);
    let (plain, mirrored) = (embeddings(false), embeddings(true));
    let features = Features::new(&plain).mirrored(&mirrored).det_scores(&SCORES);
    for (name, want) in &expected {
        let pooling: Pooling = name.parse().unwrap();
        assert_eq!(&pooling.to_string(), name);
        let got = pool(&template(), features, &pooling).unwrap().unwrap();
        let vector: Vec<f64> = serde_json::from_value(want["vector"].clone()).unwrap();
        assert_eq!(got.vector.len(), vector.len(), "{name}");
        for (a, b) in got.vector.iter().zip(&vector) {
            assert!((a - b).abs() < 1e-14, "{name}: {a}, expected {b}");
        }
        assert!((got.feature_norm - want["feature_norm"].as_f64().unwrap()).abs() < 1e-12, "{name}");
    }
    let different: std::collections::BTreeSet<String> = expected.values().map(|v| v["vector"].to_string()).collect();
    assert_eq!(different.len(), 48, "the fixture must tell all poolings apart");
}

/// The default as it was first written, in its order of operations.
fn media_by_hand(e: &Embeddings, t: &TemplateSpec) -> Vec<f64> {
    let unit = |v: Vec<f64>| {
        let n = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        v.into_iter().map(|x| x / n).collect::<Vec<f64>>()
    };
    let mean = |vs: Vec<Vec<f64>>| {
        let mut sum = vs[0].clone();
        for v in &vs[1..] {
            for i in 0..sum.len() {
                sum[i] += v[i];
            }
        }
        sum.iter().map(|s| s / vs.len() as f64).collect::<Vec<f64>>()
    };
    let face = |f: &u32| unit(e.get(*f as usize).unwrap().iter().map(|v| f64::from(*v)).collect());
    unit(mean(t.media.iter().map(|m| mean(m.iter().map(face).collect())).collect()))
}

#[test]
fn the_default_keeps_its_bits() {
    let e = embeddings(false);
    let bits = |v: &[f64]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    let scored = Features::new(&e).det_scores(&SCORES);
    for features in [Features::new(&e), scored] {
        let got = pool(&template(), features, &Pooling::default()).unwrap().unwrap();
        assert_eq!(bits(&got.vector), bits(&media_by_hand(&e, &template())));
    }
    assert_eq!(Pooling::default().to_string(), "frames=unit,det=off,flip=none,pool=media");
    // the sum is made in f32, as a caller that fuses before would make it
    let mut fused = Embeddings::new(FACES, DIM);
    for f in 0..FACES {
        fused.set(f, &(0..DIM).map(|d| value(f, d, false) + value(f, d, true)).collect::<Vec<_>>()).unwrap();
    }
    let mirrored = embeddings(true);
    let sum = pool(&template(), Features::new(&e).mirrored(&mirrored), &"flip=sum".parse().unwrap()).unwrap().unwrap();
    assert_eq!(sum, pool(&template(), &fused, &Pooling::default()).unwrap().unwrap());
}

#[test]
fn quality_follows_the_paper() {
    assert_eq!((face_quality(0.5), face_quality(1.0), face_quality(0.0)), (0.0, 7.0, f64::NEG_INFINITY));
    assert!((face_quality(0.9) - 0.5 * 9f64.ln()).abs() < 1e-15);
    assert_eq!(face_quality(1.0 - 1e-9), 7.0);
    let w = quality_weights(&[0.9, 0.1], 0.3);
    // e^(.3 * ln 3) = 3^.3 against its inverse
    assert!((w[0] / w[1] - 3f64.powf(0.6)).abs() < 1e-12);
    assert!((w[0] + w[1] - 1.0).abs() < 1e-15);
    assert_eq!(quality_weights(&[0.0, 1.0], 0.3), [0.0, 1.0]);
    assert_eq!(quality_weights(&[0.0, 0.0], 0.3), [0.5, 0.5]);
    assert_eq!(quality_weights(&[0.9, 0.0, 0.1, 0.5], 0.0), [0.25; 4]);
    assert_eq!(quality_weights(&[], 0.3), Vec::<f64>::new());
    assert!(quality_weights(&[0.2, 1.0, 0.7], 1e300).iter().all(|w| w.is_finite()));
    // lambda 0 is the flat mean
    let e = embeddings(false);
    let features = Features::new(&e).det_scores(&SCORES);
    let flat = pool(&template(), features, &"pool=flat".parse().unwrap()).unwrap().unwrap();
    let zero = pool(&template(), features, &"pool=quality:0".parse().unwrap()).unwrap().unwrap();
    flat.vector.iter().zip(&zero.vector).for_each(|(a, b)| assert!((a - b).abs() < 1e-15));
}

#[test]
fn names_are_read_strictly() {
    let parse = |text: &str| text.parse::<Pooling>();
    assert_eq!(parse("pool=quality").unwrap().pool, Pool::Quality { lambda: 0.3 });
    assert_eq!(parse(" pool = flat , frames = raw ").unwrap().to_string(), "frames=raw,det=off,flip=none,pool=flat");
    for (text, part) in [
        ("", "\"\" is not KEY=VALUE"),
        ("frames", "\"frames\" is not KEY=VALUE"),
        ("frames=unit,frames=raw", "frames stands twice"),
        ("frames=N1", "frames cannot be \"N1\""),
        ("det=yes", "det cannot be \"yes\""),
        ("flip=mean", "flip cannot be \"mean\""),
        ("norm=unit", "\"norm\" is no part of a pooling"),
        ("pool=mean", "pool is media, flat, quality"),
        ("pool=quality:-1", "pool is media, flat, quality"),
        ("pool=quality:NaN", "pool is media, flat, quality"),
    ] {
        let message = parse(text).unwrap_err().to_string();
        assert!(message.contains(part) && message.contains("frames=unit|raw"), "{message}");
    }
    let p: Pooling = serde_json::from_str(r#"{"det":"on","pool":"quality:0.5"}"#).unwrap();
    assert_eq!(p.to_string(), "frames=unit,det=on,flip=none,pool=quality:0.5");
    assert_eq!(
        serde_json::to_string(&p).unwrap(),
        r#"{"frames":"unit","det":"on","flip":"none","pool":"quality:0.5"}"#
    );
    assert!(serde_json::from_str::<Pooling>(r#"{"pool":"quality:x"}"#).is_err());
}

#[test]
fn what_a_pooling_needs_must_be_there() {
    let (e, m) = (embeddings(false), embeddings(true));
    let error = |features: Features<'_>, name: &str| {
        pool(&template(), features, &name.parse().unwrap()).unwrap_err().to_string()
    };
    let needs = error(Features::new(&e), "flip=sum");
    assert!(needs.contains("flip=sum") && needs.contains("Features::mirrored"), "{needs}");
    assert!(error(Features::new(&e), "det=on").contains("Features::det_scores"));
    assert!(error(Features::new(&e), "pool=quality").contains("Features::det_scores"));
    let short = Embeddings::new(3, DIM);
    assert!(error(Features::new(&e).mirrored(&short), "flip=sum").contains("3 faces, the protocol has 4"));
    let thin = Embeddings::new(FACES, 2);
    assert!(error(Features::new(&e).mirrored(&thin), "flip=concat").contains("has 2 numbers, expected 5"));
    let none = Embeddings::new(FACES, DIM);
    assert!(error(Features::new(&e).mirrored(&none), "flip=sum").contains("face 0 has a vector of the plain image or"));
    assert!(error(Features::new(&e).det_scores(&[0.5; 3]), "det=on").contains("3 faces, the protocol has 4"));
    for bad in [f32::NAN, -0.1, 1.1] {
        let scores = [0.5, 0.5, bad, 0.5];
        let message = error(Features::new(&e).det_scores(&scores), "pool=quality");
        assert!(message.contains("scores from 0 to 1, that of face 2 is"), "{message}");
    }
    // nobody looks at the score of a face that is absent
    let mut e = embeddings(false).clone();
    let mut part = Embeddings::new(FACES, DIM);
    part.set(0, e.get(0).unwrap()).unwrap();
    assert!(pool(
        &template(),
        Features::new(&part).det_scores(&[0.5, f32::NAN, 2.0, -1.0]),
        &"det=on".parse().unwrap()
    )
    .unwrap()
    .is_some());
    let mut m = m.clone();
    e.set(1, &[f32::MAX; DIM]).unwrap();
    m.set(1, &[f32::MAX; DIM]).unwrap();
    let overflow = pool(&template(), Features::new(&e).mirrored(&m), &"flip=sum".parse().unwrap());
    assert!(matches!(overflow, Err(EvalError::NotFinite { face: 1 })));
}

#[test]
fn crops_of_the_centre_count_only_by_their_policy() {
    let mut e = Embeddings::new(2, 2);
    e.set(0, &[1.0, 0.0]).unwrap();
    e.set_fallback(1, &[0.0, 1.0]).unwrap();
    let t = TemplateSpec { id: 1, subject: 1, media: vec![vec![0], vec![1]] };
    let vector = |policy| pool(&t, Features::new(&e).failures(policy), &Pooling::default()).unwrap().unwrap().vector;
    assert_eq!(vector(FailurePolicy::Nist), [1.0, 0.0]);
    assert_eq!(vector(FailurePolicy::Drop), [1.0, 0.0]);
    let half = 0.5f64.sqrt();
    vector(FailurePolicy::CentreCrop).iter().for_each(|v| assert!((v - half).abs() < 1e-15));
    assert_eq!((e.absent(), e.fallbacks(), e.zeros()), (1, 1, 0));
    assert!(e.set_fallback(1, &[f32::NAN, 0.0]).is_err());
    e.set(1, &[0.0, 0.0]).unwrap();
    assert_eq!((e.absent(), e.fallbacks(), e.zeros()), (0, 0, 1));
}
