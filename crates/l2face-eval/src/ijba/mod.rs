//! The file layout of the IJB-A release (Klare et al., CVPR 2015), as its users' parsers document it.

mod faces;
mod images;
mod split;
mod templates;

use std::path::{Path, PathBuf};

use l2face_image::FaceHints;

use crate::{EvalError, LandmarkIndex};
use faces::FaceTable;
pub(crate) use faces::{bbox, point};

/// The splits of the release: 1 to 10.
pub const SPLITS: std::ops::RangeInclusive<usize> = 1..=10;

/// A face of the protocol, to be embedded once whatever the number of templates it is in.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    /// FILE as the protocol writes it, such as `img/8565.jpg` or `frame/2450_00045.png`.
    pub file: String,
    /// Where it is on disk: `frame/` or `frames/`, the extension in any letter case. Whether it exists is for
    /// [`IjbA::check_images`] to say.
    pub path: PathBuf,
    /// The protocol's box and points, in pixels of the image; `points` is `None` until [`IjbA::add_landmarks`].
    pub hints: FaceHints,
    /// The first `file:line` that names it.
    pub at: String,
}

/// A template: photographs and video frames of one person, used as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateSpec {
    /// TEMPLATE_ID.
    pub id: u64,
    /// SUBJECT_ID.
    pub subject: u64,
    /// Indices into [`IjbA::faces`], grouped by MEDIA_ID: one group per still, one per video.
    pub media: Vec<Vec<u32>>,
}

/// The 1:1 part of a split (`IJB-A_11_sets`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Templates one may adapt to (`train_N.csv`), of people who are not tested in this split.
    pub train: Vec<TemplateSpec>,
    /// Templates of `verify_metadata_N.csv`.
    pub templates: Vec<TemplateSpec>,
    /// Comparisons: indices into `templates`. Genuine iff both have one subject.
    pub pairs: Vec<(u32, u32)>,
}

/// The 1:N part of a split (`IJB-A_1N_sets`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Templates one may adapt to (`train_N.csv`).
    pub train: Vec<TemplateSpec>,
    /// `search_gallery_N.csv`.
    pub gallery: Vec<TemplateSpec>,
    /// `search_probe_N.csv`. Mated iff the subject is in the gallery.
    pub probes: Vec<TemplateSpec>,
}

/// One of the ten random splits of the people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// From 1.
    pub index: usize,
    /// Verification.
    pub verify: Verification,
    /// Identification.
    pub search: Search,
}

/// A protocol folder.
#[derive(Clone, Debug, PartialEq)]
pub struct IjbA {
    /// The folder.
    pub root: PathBuf,
    /// Unique by (FILE, face box) over all splits, in order of first mention.
    pub faces: Vec<Face>,
    /// In order of index.
    pub splits: Vec<Split>,
}

impl IjbA {
    /// Reads all ten splits under `dir`, which holds `IJB-A_11_sets`, `IJB-A_1N_sets`, `img` and `frame` (or `frames`).
    /// Columns are found by header name; images are not opened.
    ///
    /// # Errors
    /// The first problem found, with file and line: see [`EvalError`].
    pub fn load(dir: &Path) -> Result<Self, EvalError> {
        Self::load_splits(dir, SPLITS)
    }

    /// Like [`Self::load`] for some of the splits.
    ///
    /// # Errors
    /// See [`Self::load`].
    pub fn load_splits(dir: &Path, splits: impl IntoIterator<Item = usize>) -> Result<Self, EvalError> {
        let mut faces = FaceTable::new(dir);
        let read = |index| split::read(dir, index, &mut faces);
        let splits = splits.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { root: dir.to_owned(), faces: faces.finish(), splits })
    }

    /// Fails unless every image is on disk.
    ///
    /// # Errors
    /// [`EvalError::MissingImages`] with the number and the first few.
    pub fn check_images(&self) -> Result<(), EvalError> {
        images::check(&self.root, &self.faces)
    }

    /// Sets the five points of every face that `landmarks` has points for; returns how many.
    pub fn add_landmarks(&mut self, landmarks: &LandmarkIndex) -> usize {
        for face in &mut self.faces {
            face.hints.points = landmarks.lookup(&face.file, face.hints.bbox.as_ref());
        }
        self.faces.iter().filter(|f| f.hints.points.is_some()).count()
    }
}
