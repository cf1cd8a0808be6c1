//! Templates by hand.
use l2face_eval::{pool, Embeddings, Frames, Pool, Pooling, TemplateSpec};

fn embeddings(vectors: &[Option<[f32; 2]>]) -> Embeddings {
    let mut e = Embeddings::new(vectors.len(), 2);
    for (i, v) in vectors.iter().enumerate() {
        if let Some(v) = v {
            e.set(i, v).unwrap();
        }
    }
    e
}

fn template(media: &[&[u32]]) -> TemplateSpec {
    TemplateSpec { id: 1, subject: 1, media: media.iter().map(|m| m.to_vec()).collect() }
}

fn direction(frames: Frames, pool_by: Pool) -> [f64; 2] {
    // a video of two frames along x (norms 4 and 2), one still along y (norm 6)
    let e = embeddings(&[Some([4.0, 0.0]), Some([2.0, 0.0]), Some([0.0, 6.0])]);
    let pooled = pool(&template(&[&[0, 1], &[2]]), &e, &Pooling { frames, pool: pool_by, ..Pooling::default() })
        .unwrap()
        .unwrap();
    assert_eq!(pooled.feature_norm, 4.0);
    assert!((pooled.vector.iter().map(|v| v * v).sum::<f64>() - 1.0).abs() < 1e-15);
    [pooled.vector[0], pooled.vector[1]]
}

fn along(x: f64, y: f64) -> [f64; 2] {
    [x / x.hypot(y), y / x.hypot(y)]
}

#[test]
fn four_ways_to_average() {
    let close =
        |a: [f64; 2], b: [f64; 2]| assert!((a[0] - b[0]).abs() < 1e-15 && (a[1] - b[1]).abs() < 1e-15, "{a:?} {b:?}");
    close(direction(Frames::Raw, Pool::Media), along(3.0, 6.0));
    close(direction(Frames::Raw, Pool::Flat), along(6.0, 6.0));
    close(direction(Frames::Unit, Pool::Media), along(1.0, 1.0));
    close(direction(Frames::Unit, Pool::Flat), along(2.0, 1.0));
}

#[test]
fn absent_faces_are_left_out() {
    let e = embeddings(&[Some([1.0, 0.0]), None, None, Some([0.0, 3.0])]);
    let raw = Pooling { frames: Frames::Raw, ..Pooling::default() };
    let with = pool(&template(&[&[0, 1], &[2], &[3]]), &e, &raw).unwrap().unwrap();
    assert_eq!(Some(with.clone()), pool(&template(&[&[0], &[3]]), &e, &raw).unwrap());
    assert_eq!(with.feature_norm, 2.0);
}

#[test]
fn nothing_usable_is_a_failure() {
    let e = embeddings(&[None, Some([0.0, 0.0]), Some([1.0, 0.0]), Some([-1.0, 0.0])]);
    for frames in [Frames::Raw, Frames::Unit] {
        for pool_by in [Pool::Media, Pool::Flat] {
            let p = Pooling { frames, pool: pool_by, ..Pooling::default() };
            assert_eq!(pool(&template(&[&[0]]), &e, &p).unwrap(), None, "absent");
            assert_eq!(pool(&template(&[]), &e, &p).unwrap(), None, "no faces");
            assert_eq!(pool(&template(&[&[1]]), &e, &p).unwrap(), None, "zero vector");
            assert_eq!(pool(&template(&[&[2], &[3]]), &e, &p).unwrap(), None, "opposite vectors");
        }
    }
}

#[test]
fn names_in_configuration_files() {
    let p: Pooling = serde_json::from_str(r#"{"frames":"raw","pool":"flat"}"#).unwrap();
    assert_eq!(p, Pooling { frames: Frames::Raw, pool: Pool::Flat, ..Pooling::default() });
    assert_eq!(serde_json::from_str::<Pooling>("{}").unwrap(), Pooling::default());
    assert!(serde_json::from_str::<Pooling>(r#"{"frame":"raw"}"#).is_err());
}
