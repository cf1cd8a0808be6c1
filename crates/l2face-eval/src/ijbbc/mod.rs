//! IJB-B (Whitelam et al., CVPRW 2017) and IJB-C (Maze et al., ICB 2018): 1:1 of mixed media, and 1:N with two galleries of
//! disjoint people. They are read from NIST's CSV files or from the text files that InsightFace's users know as `meta`.

mod identities;
mod insightface;
mod nist;
mod pairs;
mod published;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::protocol::{check_images, Counts, Face, Search, Verification};
use crate::{EvalError, LandmarkIndex};

/// Which of the two sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IjbSet {
    /// IJB-B; its galleries are S1 and S2.
    B,
    /// IJB-C; its galleries are G1 and G2.
    C,
}

impl IjbSet {
    /// How its files' names begin: `ijbb` or `ijbc`.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::B => "ijbb",
            Self::C => "ijbc",
        }
    }

    /// The names of its two galleries.
    pub fn galleries(self) -> [&'static str; 2] {
        match self {
            Self::B => ["S1", "S2"],
            Self::C => ["G1", "G2"],
        }
    }
}

impl fmt::Display for IjbSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::B => "IJB-B",
            Self::C => "IJB-C",
        })
    }
}

/// Whose files were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IjbLayout {
    /// The release's CSV files. A medium is (TEMPLATE_ID, SIGHTING_ID): there is no MEDIA_ID.
    Nist,
    /// `loose_crop` and `meta`. A medium is the third column of `face_tid_mid`.
    Insightface,
}

/// A protocol folder of IJB-B or IJB-C.
#[derive(Clone, Debug, PartialEq)]
pub struct IjbBc {
    /// Which set.
    pub set: IjbSet,
    /// Whose files.
    pub layout: IjbLayout,
    /// The folder of the images.
    pub images: PathBuf,
    /// Unique by (FILENAME, face box), or a line of `face_tid_mid` each; in order of first mention.
    pub faces: Vec<Face>,
    /// The detector's score of each face; `None` in NIST's layout, which has none.
    pub det_scores: Option<Vec<f32>>,
    /// 1:1. Without the CSV files of 1:N, InsightFace's layout names no people: `subject` then numbers the groups that pairs of
    /// label 1 join.
    pub verify: Verification,
    /// 1:N, once for each gallery, in the order of [`IjbSet::galleries`], always to be searched apart. Empty if InsightFace's folder
    /// lacks the CSV files of 1:N.
    pub searches: Vec<Search>,
    /// What was read against what the whole release is published to hold.
    pub counts: Counts,
}

impl IjbBc {
    /// Reads InsightFace's layout if `dir/meta` holds its files, NIST's otherwise.
    ///
    /// # Errors
    /// See [`Self::load_nist`] and [`Self::load_insightface`].
    pub fn load(set: IjbSet, dir: &Path) -> Result<Self, EvalError> {
        match insightface::file(dir, set, "face_tid_mid.txt").is_file() {
            true => Self::load_insightface(set, dir),
            false => Self::load_nist(set, dir),
        }
    }

    /// Reads NIST's CSV files in `dir/protocol` or `dir/protocols` (`PREFIX_1N_gallery_X.csv`, `PREFIX_1N_probe_mixed.csv`,
    /// `PREFIX_11_X_Y_matches.csv`; of IJB-C also the form with `test1` and `test4`). Images are sought in `dir/images`, else in
    /// `dir`. Columns are found by header name; images are not opened.
    ///
    /// # Errors
    /// The first problem found, with file and line: see [`EvalError`].
    pub fn load_nist(set: IjbSet, dir: &Path) -> Result<Self, EvalError> {
        nist::load(set, dir)
    }

    /// Reads `dir/meta`: `PREFIX_face_tid_mid.txt`, `PREFIX_name_5pts_score.txt`, `PREFIX_template_pair_label.txt` and, if there,
    /// `PREFIX_1N_gallery_X.csv` and `PREFIX_1N_probe_mixed.csv`. Images are `dir/loose_crop/N.jpg`. The five points and scores are
    /// taken from the files.
    ///
    /// # Errors
    /// The first problem found, with file and line: see [`EvalError`].
    pub fn load_insightface(set: IjbSet, dir: &Path) -> Result<Self, EvalError> {
        insightface::load(set, dir)
    }

    /// Fails unless every image is on disk.
    ///
    /// # Errors
    /// [`EvalError::MissingImages`] with the number and the first few.
    pub fn check_images(&self) -> Result<(), EvalError> {
        check_images(&self.images, &self.faces, "copy the release's image folders there")
    }

    /// Sets the five points of every face that `landmarks` has points for and clears the others'; returns how many have points.
    pub fn add_landmarks(&mut self, landmarks: &LandmarkIndex) -> usize {
        landmarks.add_to(&mut self.faces)
    }
}
