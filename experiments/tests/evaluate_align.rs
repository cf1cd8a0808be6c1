//! `--align detect`: which faces are searched for, whatever stands beside them. The detector says "face" everywhere, or
//! nowhere.
#[path = "common/detector.rs"]
mod detector;

use detector::{blind_detector, detector};
use l2face_eval::Face;
use l2face_experiments::evaluate::align::{Align, Aligner, Crop, CROPS};
use l2face_image::{align, AlignPolicy, BBox, CropTarget, FaceHints, Landmarks5, Rgb8, Template};
use std::path::Path;

const SIDE: usize = 64;
fn face(folder: &Path, shade: u8, bbox: Option<BBox>) -> Face {
    let path = folder.join(format!("{shade}.png"));
    let image = Rgb8::from_fn(SIDE, SIDE, |x, y| [shade, x as u8, y as u8]);
    std::fs::write(&path, image.encode_png().expect("a photograph")).expect("a file");
    Face {
        file: format!("{shade}.png"),
        path,
        hints: FaceHints { bbox, ..FaceHints::default() },
        at: format!("list:{shade}"),
    }
}

/// If this fails, other crops are made than before. If they are meant, raise `CROPS` and put the new value here, so that no embedding of an
/// old crop is taken for one of today.
#[test]
fn crops_change_only_with_their_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = CropTarget::new(Template::Arc112, 56, 56).expect("a crop");
    let bbox = BBox { x: 12., y: 14., width: 38., height: 40. };
    let mut pointed = face(folder.path(), 10, None);
    pointed.hints.points = Some(Landmarks5([[22., 25.], [41., 27.], [31., 36.], [24., 46.], [39., 47.]]));
    let faces = [pointed, face(folder.path(), 20, Some(bbox))];
    let mut sums = vec![];
    for antialias in [false, true] {
        let aligner = Aligner::new(Align::Given(AlignPolicy::Auto), None, target, false).expect("an aligner");
        let crops = aligner.antialias(antialias).crops(&faces).expect("crops");
        let weighted =
            |data: &[u8]| data.iter().enumerate().map(|(i, v)| (i as u64 % 97 + 1) * u64::from(*v)).sum::<u64>();
        sums.extend(crops.iter().map(|crop| weighted(crop.image.as_ref().expect("a crop").data())));
    }
    assert_eq!((CROPS, sums), (1, vec![10_509_208, 12_415_308, 10_501_397, 12_412_384]));
}

/// A score belongs to the points that a detector found, and to nothing else: what was not detected has none, and never the best.
#[test]
fn only_what_was_detected_has_a_score() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = CropTarget::new(Template::Arc112, 56, 56).expect("a crop");
    let bbox = BBox { x: 12., y: 12., width: 40., height: 40. };
    let mut pointed = face(folder.path(), 10, Some(bbox));
    pointed.hints.points = Some(Landmarks5([[22., 25.], [41., 27.], [31., 36.], [24., 46.], [39., 47.]]));
    pointed.hints.score = Some(0.75);
    let mut far = pointed.clone();
    far.hints.points = Some(Landmarks5([[900.; 2]; 5]));
    let faces = [pointed, far, face(folder.path(), 20, Some(bbox)), face(folder.path(), 30, None)];
    let scores = |align, detector: Option<&Path>| -> Vec<(String, Option<f32>)> {
        let aligner = Aligner::new(align, detector, target, true).expect("an aligner");
        aligner.crops(&faces).expect("crops").into_iter().map(|crop| (crop.source, crop.score)).collect()
    };
    let given = scores(Align::Given(AlignPolicy::Auto), None);
    let of = |source: &str, score| (source.to_string(), score);
    assert_eq!(given, [of("five points", Some(0.75)), of("box", None), of("box", None), of("centre", None)]);
    let detected = scores(Align::Detect, Some(&detector(folder.path())));
    assert!(detected.iter().all(|(source, score)| source == "detector" && score.is_some_and(|s| s > 0.5)));
}

#[test]
fn a_face_without_a_box_is_found_beside_one_with_a_box() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = CropTarget::new(Template::Arc112, 56, 56).expect("a crop");
    let aligner = Aligner::new(Align::Detect, Some(&detector(folder.path())), target, false).expect("an aligner");
    let bbox = BBox { x: 12., y: 12., width: 40., height: 40. };
    let (boxed, boxless) = (face(folder.path(), 10, Some(bbox)), face(folder.path(), 20, None));
    let crops = |faces: &[&Face]| -> Vec<Crop> {
        let faces: Vec<Face> = faces.iter().map(|face| (*face).clone()).collect();
        aligner.crops(&faces).expect("crops")
    };
    let told = |crop: &Crop| (crop.source.clone(), crop.score, crop.image.as_ref().map(|image| image.data().to_vec()));
    let (alone, with_box) = (crops(&[&boxless]), crops(&[&boxed]));
    assert_eq!((alone[0].source.as_str(), with_box[0].source.as_str()), ("detector", "detector"));
    let both = crops(&[&boxed, &boxless, &boxed]);
    assert_eq!(told(&both[1]), told(&alone[0]), "the neighbours have boxes");
    assert_eq!(told(&both[0]), told(&with_box[0]));
    assert_eq!(told(&both[2]), told(&with_box[0]));
}

/// Where the detector finds nothing, the protocol's points make the crop, else its box; a face with neither is not found. The crops are
/// those of the hints without a detector.
#[test]
fn a_face_that_the_detector_misses_falls_back_to_the_protocol() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = CropTarget::new(Template::Arc112, 56, 56).expect("a crop");
    let weights = blind_detector(folder.path());
    let searching = Aligner::new(Align::Detect, Some(&weights), target, false).expect("an aligner");
    let given = Aligner::new(Align::Given(AlignPolicy::Auto), None, target, false).expect("an aligner");
    let bbox = BBox { x: 12., y: 12., width: 40., height: 40. };
    let mut pointed = face(folder.path(), 10, Some(bbox));
    pointed.hints.right_eye = Some([24., 28.]);
    pointed.hints.left_eye = Some([42., 28.]);
    pointed.hints.nose_base = Some([33., 41.]);
    let faces = [pointed, face(folder.path(), 20, Some(bbox)), face(folder.path(), 30, None)];
    let sources = |aligner: &Aligner| -> Vec<String> {
        aligner.crops(&faces).expect("crops").into_iter().map(|crop| crop.source).collect()
    };
    assert_eq!(sources(&searching), ["three points", "box", "not found"]);
    assert_eq!(sources(&given), sources(&searching));
    let images = |aligner: &Aligner| -> Vec<Option<Vec<u8>>> {
        let crops = aligner.crops(&faces).expect("crops").into_iter();
        crops.map(|crop| crop.image.map(|image| image.data().to_vec())).collect()
    };
    assert_eq!(images(&searching), images(&given));
    assert!(align(&faces[2].hints, AlignPolicy::Auto, &target).is_none(), "nothing is known of the third");
    let centre = Aligner::new(Align::Detect, Some(&weights), target, true).expect("an aligner");
    assert_eq!(sources(&centre), ["three points", "box", "centre"]);
}
