//! Detector points beside a protocol.
use std::fs;
use std::path::PathBuf;

use l2face_eval::{EvalError, LandmarkIndex};
use l2face_image::{BBox, FaceHints, Landmarks5};

const HEADER: &str =
    "file,det_score,x,y,w,h,right_eye_x,right_eye_y,left_eye_x,left_eye_y,nose_x,nose_y,right_mouth_x,\
right_mouth_y,left_mouth_x,left_mouth_y\n";

/// A detection at (x, y) of 10 by 10 whose five points are (tag, 1), (tag, 2) ...
fn row(file: &str, score: f64, x: f64, tag: f64) -> String {
    format!("{file},{score},{x},0,10,10,{tag},1,{tag},2,{tag},3,{tag},4,{tag},5\n")
}

fn write(dir: &tempfile::TempDir, name: &str, rows: &[String]) -> PathBuf {
    let path = dir.path().join(name);
    fs::write(&path, HEADER.to_owned() + &rows.concat()).unwrap();
    path
}

fn load(rows: &[String]) -> Result<LandmarkIndex, EvalError> {
    let dir = tempfile::tempdir().unwrap();
    LandmarkIndex::load(&[write(&dir, "a.csv", rows)])
}

fn tag(index: &LandmarkIndex, file: &str, bbox: Option<f64>) -> Option<f64> {
    let bbox = bbox.map(|x| BBox { x, y: 0.0, width: 10.0, height: 10.0 });
    index.lookup(file, bbox.as_ref()).map(|p| p.0[0][0])
}

#[test]
fn points_keep_their_order() {
    let index = load(&[row("img/1.jpg", 0.9, 0.0, 7.0)]).unwrap();
    let points = index.lookup("img/1.jpg", None).unwrap();
    assert_eq!(points.0, [[7.0, 1.0], [7.0, 2.0], [7.0, 3.0], [7.0, 4.0], [7.0, 5.0]]);
    assert_eq!((index.len(), index.is_empty()), (1, false));
}

#[test]
fn a_face_that_is_not_listed_keeps_its_points() {
    let index = load(&[row("img/1.jpg", 0.75, 0.0, 7.0)]).unwrap();
    let own = FaceHints { points: Some(Landmarks5([[3.0; 2]; 5])), ..FaceHints::default() };
    let (mut listed, mut other) = (own.clone(), own.clone());
    index.apply("img/1.jpg", &mut listed);
    index.apply("img/2.jpg", &mut other);
    assert_eq!((listed.points.unwrap().0[0], listed.score), ([7.0, 1.0], Some(0.75)));
    assert_eq!(other, own);
}

#[test]
fn the_box_chooses_the_face() {
    let index = load(&[row("img/1.jpg", 0.99, 0.0, 1.0), row("img/1.jpg", 0.5, 30.0, 2.0)]).unwrap();
    assert_eq!(tag(&index, "img/1.jpg", Some(1.0)), Some(1.0));
    assert_eq!(tag(&index, "img/1.jpg", Some(29.0)), Some(2.0));
    assert_eq!(tag(&index, "img/1.jpg", None), Some(1.0));
    assert_eq!(tag(&index, "img/1.jpg", Some(15.0)), None);
    // overlap of 8.1 and 8.2 in 10: intersection over union .105 and .099
    assert_eq!(tag(&index, "img/1.jpg", Some(8.1)), Some(1.0));
    assert_eq!(tag(&index, "img/1.jpg", Some(8.2)), None);
}

#[test]
fn files_are_found_by_path_then_by_name() {
    let rows = [
        row("img/1.jpg", 0.9, 0.0, 1.0),
        row("frames/2.png", 0.9, 0.0, 2.0),
        row("Ann_0001.jpg", 0.9, 0.0, 3.0),
        row("a/5.jpg", 0.9, 0.0, 4.0),
        row("b/5.jpg", 0.9, 0.0, 5.0),
    ];
    let index = load(&rows).unwrap();
    assert_eq!(tag(&index, "frame/2.png", None), Some(2.0));
    assert_eq!(tag(&index, "Ann/Ann_0001.jpg", None), Some(3.0));
    assert_eq!(tag(&index, "1.jpg", None), None, "listed in a folder: only its whole path finds it");
    assert_eq!(tag(&index, "PERSON/1.jpg", None), None, "another photograph of the same name");
    assert_eq!(tag(&index, "b/5.jpg", None), Some(5.0));
    assert_eq!(tag(&index, "5.jpg", None), None);
    assert_eq!(tag(&index, "img/9.jpg", None), None);
}

#[test]
fn rows_with_empty_fields_have_no_face() {
    let index =
        load(&["img/1.jpg,,,,,,,,,,,,,,,\n".into(), "img/2.jpg,0.9,0,0,10,10,1,1,1,2,1,,1,4,1,5\n".into()]).unwrap();
    assert_eq!(index.len(), 2);
    assert_eq!((tag(&index, "img/1.jpg", None), tag(&index, "img/2.jpg", None)), (None, None));
}

#[test]
fn several_files_count_together() {
    let dir = tempfile::tempdir().unwrap();
    let a = write(&dir, "a.csv", &[row("img/1.jpg", 0.5, 0.0, 1.0)]);
    let b = write(&dir, "b.csv", &[row("img/1.jpg", 0.9, 0.0, 2.0), row("img/3.jpg", 0.9, 0.0, 3.0)]);
    let index = LandmarkIndex::load(&[a, b]).unwrap();
    assert_eq!((tag(&index, "img/1.jpg", None), tag(&index, "img/3.jpg", None)), (Some(2.0), Some(3.0)));
    assert_eq!(tag(&index, "img/1.jpg", Some(0.0)), Some(1.0), "the earlier row wins a tie");
}

#[test]
fn wrong_files_are_errors() {
    let message = load(&[row("img/1.jpg", 0.9, 0.0, 1.0), row("img/2.jpg", 0.9, 0.0, 1.0).replace(",3,", ",three,")]);
    let message = message.unwrap_err().to_string();
    assert!(message.contains("a.csv:3: nose_y is \"three\""), "{message}");
    let message = LandmarkIndex::load(&[PathBuf::from("nowhere.csv")]).unwrap_err().to_string();
    assert!(
        message.contains("nowhere.csv is missing: name an existing CSV with the header file,det_score"),
        "{message}"
    );
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("short.csv");
    fs::write(&path, "file,det_score\nimg/1.jpg,1\n").unwrap();
    let message = LandmarkIndex::load(&[path]).unwrap_err().to_string();
    assert!(message.contains("short.csv:1: column x is missing"), "{message}");
}
