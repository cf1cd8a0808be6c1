//! The file layout of the IJB-A release (Klare et al., CVPR 2015), as its users' parsers document it.

mod split;

use std::path::{Path, PathBuf};

use crate::protocol::{check_images, repeated_pairs, Counts, Face, FaceTable, Search, Verification};
use crate::{EvalError, LandmarkIndex};

/// The splits of the release: 1 to 10.
pub const SPLITS: std::ops::RangeInclusive<usize> = 1..=10;

/// One of the ten random splits of the people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// From 1.
    pub index: usize,
    /// Verification: `train_N.csv`, `verify_metadata_N.csv` and `verify_comparisons_N.csv` of `IJB-A_11_sets`.
    pub verify: Verification,
    /// Identification: `train_N.csv`, `search_gallery_N.csv` and `search_probe_N.csv` of `IJB-A_1N_sets`.
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
    /// Rows that repeat a face of their medium. They count as often as they are written.
    pub repeated_rows: usize,
    /// Comparisons that a split's file has already, in this order or the other. They count as often as they are written.
    pub repeated_pairs: usize,
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
        let splits = splits.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let repeated_pairs = splits.iter().map(|s| repeated_pairs(&s.verify.pairs)).sum();
        Ok(Self { root: dir.to_owned(), repeated_rows: faces.repeated, repeated_pairs, faces: faces.finish(), splits })
    }

    /// What repeats; how many people, templates and comparisons a split has, IJB-A's files say themselves.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        counts.add_repeats(self.repeated_rows, self.repeated_pairs);
        counts
    }

    /// Fails unless every image is on disk.
    ///
    /// # Errors
    /// [`EvalError::MissingImages`] with the number and the first few.
    pub fn check_images(&self) -> Result<(), EvalError> {
        check_images(&self.root, &self.faces, "copy the release's img/ and frame/ (or frames/) folders there")
    }

    /// Sets the five points of every face that `landmarks` has points for; returns how many.
    pub fn add_landmarks(&mut self, landmarks: &LandmarkIndex) -> usize {
        landmarks.add_to(&mut self.faces)
    }
}
