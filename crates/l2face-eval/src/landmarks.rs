//! Five points found by a detector, kept in CSV files beside a protocol.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use l2face_image::{BBox, FaceHints, Landmarks5, MIN_OVERLAP};

use crate::protocol::{bbox, point, Face};
use crate::table::{Row, Table};
use crate::EvalError;

const COLUMNS: [&str; 16] = [
    "file",
    "det_score",
    "x",
    "y",
    "w",
    "h",
    "right_eye_x",
    "right_eye_y",
    "left_eye_x",
    "left_eye_y",
    "nose_x",
    "nose_y",
    "right_mouth_x",
    "right_mouth_y",
    "left_mouth_x",
    "left_mouth_y",
];
const ADVICE: &str =
    "name an existing CSV with the header file,det_score,x,y,w,h,right_eye_x,right_eye_y,left_eye_x,left_eye_y,\
    nose_x,nose_y,right_mouth_x,right_mouth_y,left_mouth_x,left_mouth_y";

#[derive(Clone, Debug, PartialEq)]
struct Detection {
    score: f64,
    bbox: BBox,
    points: Landmarks5,
}

/// Detections by file. Several rows per file are several faces; a row with an empty field is a file without a face.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LandmarkIndex {
    by_path: HashMap<String, Vec<Detection>>,
}

impl LandmarkIndex {
    /// Reads CSV files with the columns `file, det_score, x, y, w, h` and five points `right_eye, left_eye, nose, right_mouth,
    /// left_mouth` (right and left are the person's own; pixels of the image). Columns are found by name.
    ///
    /// # Errors
    /// A file or column that is missing, a field that is no number, with file and line.
    pub fn load(files: &[PathBuf]) -> Result<Self, EvalError> {
        let mut index = Self::default();
        for file in files {
            for row in Table::open(file, &COLUMNS, ADVICE)?.rows() {
                index.add(&row)?;
            }
        }
        Ok(index)
    }

    /// The points of a face: looked up by the exact relative path (`frames/` counts as `frame/`), then by the base name, which
    /// only a row listed without a folder can have. With a box: the detection that overlaps it most, if by [`MIN_OVERLAP`] or more. Without: the
    /// detection of the highest score. The earlier row wins ties.
    pub fn lookup(&self, file: &str, bbox: Option<&BBox>) -> Option<Landmarks5> {
        self.find(file, bbox).map(|detection| detection.points)
    }

    /// Gives a face its points and their score, by [`Self::lookup`]; a face that this knows nothing of keeps what it has.
    pub fn apply(&self, file: &str, hints: &mut FaceHints) {
        if let Some(detection) = self.find(file, hints.bbox.as_ref()) {
            (hints.points, hints.score) = (Some(detection.points), Some(detection.score));
        }
    }

    fn find(&self, file: &str, bbox: Option<&BBox>) -> Option<&Detection> {
        let path = key(file);
        let detections = self.by_path.get(&path).or_else(|| self.by_path.get(base_name(&path)))?;
        let quality = |d: &Detection| bbox.map_or(d.score, |b| d.bbox.iou(b));
        let best = detections.iter().reduce(|best, d| if quality(d) > quality(best) { d } else { best })?;
        (bbox.is_none() || quality(best) >= MIN_OVERLAP).then_some(best)
    }

    /// Sets the five points of every face that this has points for; returns how many faces then have five points.
    pub(crate) fn add_to(&self, faces: &mut [Face]) -> usize {
        for face in faces.iter_mut() {
            self.apply(&face.file, &mut face.hints);
        }
        faces.iter().filter(|f| f.hints.points.is_some()).count()
    }

    /// The number of files with at least one row.
    pub fn len(&self) -> usize {
        self.by_path.len()
    }

    /// Whether no file was read.
    pub fn is_empty(&self) -> bool {
        self.by_path.is_empty()
    }

    fn add(&mut self, row: &Row<'_>) -> Result<(), EvalError> {
        let path = key(row.text("file"));
        let detections = self.by_path.entry(path).or_default();
        detections.extend(detection(row)?);
        Ok(())
    }
}

fn detection(row: &Row<'_>) -> Result<Option<Detection>, EvalError> {
    let points = [
        point(row, "right_eye_x", "right_eye_y")?,
        point(row, "left_eye_x", "left_eye_y")?,
        point(row, "nose_x", "nose_y")?,
        point(row, "right_mouth_x", "right_mouth_y")?,
        point(row, "left_mouth_x", "left_mouth_y")?,
    ];
    let (score, bbox) = (row.number("det_score")?, bbox(row, ["x", "y", "w", "h"])?);
    Ok(match (score, bbox, points) {
        (Some(score), Some(bbox), [Some(a), Some(b), Some(c), Some(d), Some(e)]) => {
            Some(Detection { score, bbox, points: Landmarks5([a, b, c, d, e]) })
        }
        _ => None,
    })
}

fn key(file: &str) -> String {
    match file.strip_prefix("frames/") {
        Some(rest) => format!("frame/{rest}"),
        None => file.to_owned(),
    }
}

fn base_name(file: &str) -> &str {
    Path::new(file).file_name().and_then(|n| n.to_str()).unwrap_or(file)
}
