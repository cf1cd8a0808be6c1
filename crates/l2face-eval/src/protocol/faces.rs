//! Rows to faces, each (FILE, box) once.

use std::collections::HashMap;
use std::path::Path;

use l2face_image::{BBox, FaceHints, Point};

use super::images::ImageFinder;
use super::Face;
use crate::table::Row;
use crate::EvalError;

/// The columns that say where a face is. Of them, eyes and nose may lack altogether in some releases.
pub(crate) const FACE_COLUMNS: [&str; 10] = [
    "FACE_X",
    "FACE_Y",
    "FACE_WIDTH",
    "FACE_HEIGHT",
    "RIGHT_EYE_X",
    "RIGHT_EYE_Y",
    "LEFT_EYE_X",
    "LEFT_EYE_Y",
    "NOSE_BASE_X",
    "NOSE_BASE_Y",
];

type Key = (String, Option<[u64; 4]>);

/// Faces in order of first mention.
pub(crate) struct FaceTable {
    finder: ImageFinder,
    faces: Vec<Face>,
    index: HashMap<Key, u32>,
    /// Rows that repeat a face of their medium.
    pub repeated: usize,
}

impl FaceTable {
    pub fn new(root: &Path) -> Self {
        Self { finder: ImageFinder::new(root), faces: Vec::new(), index: HashMap::new(), repeated: 0 }
    }

    /// The index of the row's face; the first row that mentions a face gives its points.
    pub fn add(&mut self, row: &Row<'_>, file_column: &'static str) -> Result<u32, EvalError> {
        let hints = hints(row)?;
        let file = row.text(file_column);
        let bits = |b: &BBox| [b.x, b.y, b.width, b.height].map(f64::to_bits);
        let key = (file.to_owned(), hints.bbox.as_ref().map(bits));
        if let Some(&known) = self.index.get(&key) {
            return Ok(known);
        }
        let path = self.finder.find(file).ok_or_else(|| EvalError::BadPath {
            at: row.at(),
            column: file_column.into(),
            file: file.into(),
        })?;
        let new = self.faces.len() as u32;
        self.faces.push(Face { file: file.into(), path, hints, at: row.at() });
        self.index.insert(key, new);
        Ok(new)
    }

    pub fn finish(self) -> Vec<Face> {
        self.faces
    }
}

fn hints(row: &Row<'_>) -> Result<FaceHints, EvalError> {
    Ok(FaceHints {
        points: None,
        score: None,
        right_eye: point(row, "RIGHT_EYE_X", "RIGHT_EYE_Y")?,
        left_eye: point(row, "LEFT_EYE_X", "LEFT_EYE_Y")?,
        nose_base: point(row, "NOSE_BASE_X", "NOSE_BASE_Y")?,
        bbox: bbox(row, ["FACE_X", "FACE_Y", "FACE_WIDTH", "FACE_HEIGHT"])?,
    })
}

/// `None` unless both coordinates are given.
pub(crate) fn point(row: &Row<'_>, x: &'static str, y: &'static str) -> Result<Option<Point>, EvalError> {
    Ok(row.number(x)?.zip(row.number(y)?).map(|(x, y)| [x, y]))
}

/// `None` unless all four numbers are given and the box has an area.
pub(crate) fn bbox(row: &Row<'_>, columns: [&'static str; 4]) -> Result<Option<BBox>, EvalError> {
    let mut v = [None; 4];
    for (value, column) in v.iter_mut().zip(columns) {
        *value = row.number(column)?;
    }
    Ok(match v {
        [Some(x), Some(y), Some(width), Some(height)] if width > 0.0 && height > 0.0 => {
            Some(BBox { x, y, width, height })
        }
        _ => None,
    })
}
