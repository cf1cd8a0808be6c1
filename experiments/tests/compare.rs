//! The example that compares two photographs (`crates/l2face-model/examples/compare.rs`), called as its `main` does.
#[path = "../../crates/l2face-model/examples/compare.rs"]
#[allow(dead_code)]
mod example;

#[path = "common/mod.rs"]
mod common;
#[path = "common/detector.rs"]
mod detector;
#[path = "hub/packed.rs"]
mod packed;

use candle_core::Device;
use detector::detector;
use l2face_image::{Landmarks5, Rgb8};
use l2face_model::{cosine, Model};
use packed::packed;
use std::path::{Path, PathBuf};

fn compare(folder: &Path, photos: [&Path; 2]) -> Result<f64, String> {
    let [model, mtcnn] = [folder.join("model"), detector(folder)];
    let words =
        [model.as_path(), mtcnn.as_path(), photos[0], photos[1]].map(|path| path.to_string_lossy().into_owned());
    example::compare(&words).map_err(|error| error.to_string())
}

/// A photograph without a pattern that repeats.
fn drawn(seed: usize) -> Rgb8 {
    Rgb8::from_fn(64, 64, |x, y| {
        [x * 3 + seed * 40, y * 3 + x * seed, (x * y) / 17 + seed * 11].map(|v| (v % 256) as u8)
    })
}

fn saved(folder: &Path, name: &str, photo: &Rgb8) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, photo.encode_png().expect("a photograph")).expect("a file");
    path
}

#[test]
fn photographs_are_aligned_by_the_points_that_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    packed(folder.path());
    let photos = [drawn(1), drawn(2)];
    let [a, b] = [("a.png", &photos[0]), ("b.png", &photos[1])].map(|(name, photo)| saved(folder.path(), name, photo));
    let got = compare(folder.path(), [&a, &b]).expect("two faces");
    assert!((compare(folder.path(), [&a, &a]).expect("one face twice") - 1.).abs() < 1e-6);
    // The detector sees the largest face in the whole photograph, with its points at fixed shares of its sides.
    let model = Model::from_folder(&folder.path().join("model"), &Device::Cpu).expect("a model");
    let faces = found(folder.path(), &photos[0]);
    let crops: Vec<Rgb8> = photos.iter().map(|photo| model.crop(photo, &faces).expect("a crop")).collect();
    let embeddings = model.embed(&[&crops[0], &crops[1]]).expect("embeddings");
    let want = cosine(&embeddings[0], &embeddings[1]);
    assert!((got - want).abs() < 1e-6 && want < 0.9999, "{got} and {want}");
    let plain: Vec<Rgb8> = photos.iter().map(|photo| photo.resized(crops[0].width(), crops[0].height())).collect();
    let embeddings = model.embed(&[&plain[0], &plain[1]]).expect("embeddings");
    assert!((cosine(&embeddings[0], &embeddings[1]) - got).abs() > 1e-5, "the whole photographs would give the same");
}

/// The points of the largest face; the weights do not look at the photograph.
fn found(folder: &Path, photo: &Rgb8) -> Landmarks5 {
    let weights = l2face_detect::weights::load(&detector(folder), &Device::Cpu).expect("weights");
    let mtcnn = l2face_detect::Mtcnn::new(l2face_detect::MtcnnConfig::default(), &weights).expect("a detector");
    let faces = mtcnn.detect(&[photo]).expect("faces");
    faces[0].iter().max_by(|a, b| a.bbox.width.total_cmp(&b.bbox.width)).expect("a face").points
}

#[test]
fn what_cannot_be_compared_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    packed(folder.path());
    let [small, large] = [("small.png", Rgb8::from_fn(9, 9, |_, _| [9; 3])), ("large.png", drawn(3))]
        .map(|(name, photo)| saved(folder.path(), name, &photo));
    let error = compare(folder.path(), [&large, &small]).expect_err("no face fits in");
    assert!(error.contains("small.png") && error.contains("no face"), "{error}");
    let error = compare(folder.path(), [&large, Path::new("nowhere.jpg")]).expect_err("no file");
    assert!(error.contains("nowhere.jpg"), "{error}");
    let error = example::compare(&[]).expect_err("no words").to_string();
    assert!(error.contains("compare MODEL MTCNN A.jpg B.jpg"), "{error}");
}
