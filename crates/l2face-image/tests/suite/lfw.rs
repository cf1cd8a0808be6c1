//! Real faces: does a fallback put the face where its five points would? Needs the shared data.

use crate::common::{distance, shared};
use l2face_image::{align, AlignPolicy, AlignSource, BBox, CropTarget, FaceHints, Landmarks5, Similarity, Template};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

type Row = HashMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |l: &str| head.iter().zip(l.split(',')).map(|(k, v)| (k.to_string(), v.to_owned())).collect();
    lines.map(row).collect()
}

fn number(row: &Row, key: &str) -> Option<f64> {
    row.get(key)?.parse().ok()
}

fn point(row: &Row, key: &str, [x, y]: [&str; 2]) -> Option<[f64; 2]> {
    Some([number(row, &format!("{key}{x}"))?, number(row, &format!("{key}{y}"))?])
}

fn landmarks(row: &Row) -> Option<Landmarks5> {
    let p = |key: &str| point(row, key, ["_x", "_y"]);
    Some(Landmarks5([p("right_eye")?, p("left_eye")?, p("nose")?, p("right_mouth")?, p("left_mouth")?]))
}

fn bbox(row: &Row, [x, y, w, h]: [&str; 4]) -> Option<BBox> {
    Some(BBox { x: number(row, x)?, y: number(row, y)?, width: number(row, w)?, height: number(row, h)? })
}

fn target() -> CropTarget {
    CropTarget::new(Template::Arc112, 48, 48).unwrap()
}

fn five(points: Landmarks5, bbox: Option<BBox>) -> Similarity {
    let hints = FaceHints { points: Some(points), bbox, ..FaceHints::default() };
    align(&hints, AlignPolicy::Landmarks, &target()).expect("a detector's points are plausible").transform
}

/// Mean distance in crop pixels of these points under two transforms.
fn gap(a: &Similarity, b: &Similarity, points: &[[f64; 2]]) -> f64 {
    points.iter().map(|p| distance(a.apply(*p), b.apply(*p))).sum::<f64>() / points.len() as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn box_crops_of_lfw_are_near_five_point_crops() {
    let Some(path) = shared("lfw_landmarks.csv") else {
        return;
    };
    let mut gaps = Vec::new();
    for row in rows(&path) {
        let Some(points) = landmarks(&row) else {
            continue;
        };
        let bbox = bbox(&row, ["x", "y", "w", "h"]).unwrap();
        let by_points = five(points, Some(bbox));
        let by_box = Similarity::from_box(&bbox, &target()).unwrap();
        gaps.push(gap(&by_points, &by_box, &points.0[..2]));
    }
    assert_eq!(gaps.len(), 13_232, "all but one photograph have a face, and all of its points are plausible");
    let median = median(gaps);
    eprintln!("LFW, box against five points: median eye distance {median:.2} crop pixels of 48");
    assert!(median < 2.6, "{median}");
}

/// One face of the stand-in for IJB-A: the protocol's hints and the detector's points.
struct Face {
    hints: FaceHints,
    points: Landmarks5,
    /// The nose base is further from the detector's nose tip than the eyes from each other.
    absurd_nose: bool,
}

fn faces(root: &Path) -> Vec<Face> {
    let detected: HashMap<String, Landmarks5> =
        rows(&root.join("landmarks.csv")).iter().filter_map(|r| Some((r["file"].clone(), landmarks(r)?))).collect();
    let mut unique = BTreeMap::new();
    for split in 1..=10 {
        for file in [format!("train_{split}.csv"), format!("verify_metadata_{split}.csv")] {
            for row in rows(&root.join(format!("IJB-A_11_sets/split{split}/{file}"))) {
                unique.insert(row["FILE"].clone(), row);
            }
        }
    }
    unique.iter().filter_map(|(file, row)| Some(face(row, *detected.get(file)?))).collect()
}

fn face(row: &Row, points: Landmarks5) -> Face {
    let p = |key| point(row, key, ["_X", "_Y"]);
    let hints = FaceHints {
        points: None,
        score: None,
        right_eye: p("RIGHT_EYE"),
        left_eye: p("LEFT_EYE"),
        nose_base: p("NOSE_BASE"),
        bbox: bbox(row, ["FACE_X", "FACE_Y", "FACE_WIDTH", "FACE_HEIGHT"]),
    };
    let iod = distance(points.0[0], points.0[1]);
    let absurd_nose = hints.nose_base.is_some_and(|n| distance(n, points.0[2]) > iod);
    Face { hints, points, absurd_nose }
}

#[test]
fn protocol_points_put_the_face_where_five_points_would() {
    let Some(root) = shared("lfw_ijba") else {
        return;
    };
    let faces = faces(&root);
    let mut gaps: BTreeMap<AlignSource, Vec<f64>> = BTreeMap::new();
    for face in faces.iter().filter(|f| !f.absurd_nose) {
        let truth = five(face.points, face.hints.bbox);
        let [a, b, _, c, d] = face.points.0;
        let aligned = align(&face.hints, AlignPolicy::Protocol, &target()).unwrap();
        gaps.entry(aligned.source).or_default().push(gap(&truth, &aligned.transform, &[a, b, c, d]));
    }
    let limits = [(AlignSource::ThreePoints, 1.3), (AlignSource::Eyes, 1.2), (AlignSource::Box, 3.0)];
    for (source, limit) in limits {
        let found = &gaps[&source];
        let mean = found.iter().sum::<f64>() / found.len() as f64;
        eprintln!(
            "IJB-A stand-in, {source}: {} faces, mean eye and mouth distance {mean:.2} crop pixels of 48",
            found.len()
        );
        assert!(found.len() > 100 && mean < limit, "{source}: {mean}");
    }
}

/// All absurd noses are passed over, and hardly a true one.
#[test]
fn absurd_noses_are_rejected_and_true_ones_are_not() {
    let Some(root) = shared("lfw_ijba") else {
        return;
    };
    let (mut absurd, mut good, mut wrongly) = (0, 0, 0);
    for face in faces(&root) {
        let h = &face.hints;
        if h.right_eye.is_none() || h.left_eye.is_none() || h.nose_base.is_none() {
            continue;
        }
        for hints in [h.clone(), FaceHints { bbox: None, ..h.clone() }] {
            let aligned = align(&hints, AlignPolicy::Protocol, &target()).unwrap();
            if face.absurd_nose {
                absurd += 1;
                assert_eq!((aligned.source, aligned.rejected), (AlignSource::Eyes, true), "{hints:?}");
            } else {
                good += 1;
                wrongly += usize::from(aligned.rejected);
            }
        }
    }
    eprintln!(
        "IJB-A stand-in, with and without box: {absurd} absurd noses all rejected; {wrongly} of {good} true ones"
    );
    assert!(absurd >= 2 && good > 2000 && wrongly * 1000 <= good, "{absurd} {good} {wrongly}");
}

/// Points drawn at random in the box
/// are mostly refused.
#[test]
fn random_points_are_mostly_no_face() {
    let mut rng = l2face_seed::stream(3, "random points");
    let bbox = BBox { x: 0.0, y: 0.0, width: 100.0, height: 130.0 };
    let accepted = (0..2000).filter(|_| {
        let points = [(); 5]
            .map(|()| [rand::Rng::random_range(&mut rng, 0.0..100.0), rand::Rng::random_range(&mut rng, 0.0..130.0)]);
        let hints = FaceHints { points: Some(Landmarks5(points)), bbox: Some(bbox), ..FaceHints::default() };
        align(&hints, AlignPolicy::Landmarks, &target()).is_some()
    });
    let accepted = accepted.count();
    eprintln!("{accepted} of 2000 random sets of five points pass for a face");
    assert!(accepted < 400, "{accepted}");
}
