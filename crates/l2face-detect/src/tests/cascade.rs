//! The whole cascade against ../../tests/reference.py, which was compared with facenet-pytorch 2.6.0, and what must not change it.
use super::generator::{builder, picture};
use crate::{best_overlap, Face, Mtcnn, MtcnnConfig};
use candle_core::{DType, Result};
use l2face_image::{BBox, Rgb8};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    config: MtcnnConfig,
    images: Vec<Image>,
}

#[derive(Deserialize)]
struct Image {
    width: usize,
    height: usize,
    faces: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    corners: [f64; 4],
    score: f64,
    points: [[f64; 2]; 5],
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../../tests/fixtures/cascade.json")).expect("the script wrote it")
}

fn detector() -> Result<Mtcnn> {
    Mtcnn::new(fixture().config, &builder(DType::F32)?)
}

/// The largest difference of two coordinates.
fn gap(a: &Face, corners: [f64; 4], points: [[f64; 2]; 5]) -> f64 {
    let ours = a.corners().into_iter().chain(a.points.0.into_iter().flatten());
    let theirs = corners.into_iter().chain(points.into_iter().flatten());
    ours.zip(theirs).map(|(a, b)| (a - b).abs()).fold(0., f64::max)
}

fn assert_same(a: &[Face], b: &[Face]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!(gap(a, b.corners(), b.points.0) < 1e-3 && (a.score - b.score).abs() < 1e-5, "{a:?} is not {b:?}");
    }
}

#[test]
fn the_reference_agrees() -> Result<()> {
    let images = fixture().images;
    let pictures: Vec<Rgb8> = images.iter().map(|i| picture(i.width, i.height)).collect();
    let found = detector()?.detect(&pictures)?;
    assert_eq!(found.len(), images.len());
    for (faces, image) in found.iter().zip(&images) {
        assert_eq!(faces.len(), image.faces.len());
        for (face, want) in faces.iter().zip(&image.faces) {
            assert!((face.score - want.score).abs() < 1e-4, "{face:?}");
            assert!(gap(face, want.corners, want.points) < 1e-2, "{face:?}");
        }
    }
    assert!(found[2].is_empty(), "smaller than the smallest face");
    Ok(())
}

#[test]
fn a_photograph_is_what_it_is_alone() -> Result<()> {
    let (detector, pictures) = (detector()?, [picture(61, 84), picture(90, 71), picture(61, 84)]);
    let together = detector.detect(&pictures)?;
    for (picture, faces) in pictures.iter().zip(&together) {
        assert_same(faces, &detector.detect(&[picture])?[0]);
    }
    assert!(detector.detect::<Rgb8>(&[])?.is_empty());
    Ok(())
}

#[test]
fn any_number_of_threads_gives_the_same_bits() -> Result<()> {
    let (detector, pictures) = (detector()?, [picture(61, 84), picture(90, 71)]);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| detector.detect(&pictures))
    };
    let one = run(1)?;
    for threads in [2, 3, 7] {
        assert_eq!(run(threads)?, one);
    }
    Ok(())
}

#[test]
fn near_a_box_the_face_of_best_overlap() -> Result<()> {
    let (detector, picture) = (detector()?, picture(90, 71));
    let bbox = BBox { x: 34., y: 24.25, width: 16., height: 17.25 };
    let near = detector.detect_near(&picture, &bbox, 1.)?.expect("the generated networks see faces everywhere");
    // The box and as much on each side: 18 to 66, 7 to 59.
    let part = Rgb8::from_fn(48, 52, |x, y| picture.pixel(18 + x, 7 + y));
    let faces = detector.detect(&[part])?.remove(0);
    let moved = BBox { x: 16., y: 17.25, ..bbox };
    let want = best_overlap(&faces, &moved).expect("the same");
    assert_same(&[near], &[want.moved(18., 7.)]);

    assert_eq!(detector.detect_near(&picture, &BBox { x: 500., ..bbox }, 0.5)?, None);
    let empty = BBox { width: 0., ..bbox };
    for (bbox, margin) in [(&empty, 0.5), (&bbox, -1.), (&bbox, f64::NAN)] {
        let error = detector.detect_near(&picture, bbox, margin).expect_err("refused").to_string();
        assert!(error.contains("sides above 0 and a margin from 0 to 10"), "{error}");
    }
    Ok(())
}

#[test]
fn settings_out_of_range_are_refused() -> Result<()> {
    let good = MtcnnConfig::default();
    let bad = [
        (MtcnnConfig { min_face_size: 0., ..good.clone() }, "min_face_size is 0"),
        (MtcnnConfig { min_face_size: f64::NAN, ..good.clone() }, "min_face_size is NaN"),
        (MtcnnConfig { thresholds: [0.6, 1.5, 0.7], ..good.clone() }, "thresholds has 1.5"),
        (MtcnnConfig { factor: 1., ..good.clone() }, "factor is 1:"),
    ];
    for (config, want) in bad {
        let error = Mtcnn::new(config, &builder(DType::F32)?).expect_err("refused").to_string();
        assert!(error.contains(want), "{error}");
    }
    assert_eq!(toml::from_str::<MtcnnConfig>("").expect("all settings have defaults"), good);
    assert!(toml::from_str::<MtcnnConfig>("min_face = 3").is_err(), "an unknown setting");
    Ok(())
}
