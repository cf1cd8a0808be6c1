//! Pairs in folds: what LFW and YouTube Faces have in common.

mod score;
mod table;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::protocol::{check_images, Counts, Face, TemplateSpec};
use crate::{EvalError, LandmarkIndex};

pub use score::{score_folds, FoldScores};
pub(crate) use table::{is_plain_name, FaceList};

/// A comparison of one fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoldPair {
    /// Index into [`FoldProtocol::templates`].
    pub a: u32,
    /// Index into [`FoldProtocol::templates`].
    pub b: u32,
    /// Whether it counts as one person, by the labels in use.
    pub same: bool,
    /// From 0.
    pub fold: u32,
}

/// Which labels of a list are in use; it belongs into every report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListUsed {
    /// The list's file, as it was named.
    pub file: PathBuf,
    /// The column or folder choices, in words.
    pub form: String,
    /// What an errata file changed; `None` without one.
    pub errata: Option<ErrataUse>,
}

/// What an errata file changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrataUse {
    /// The file, as it was named.
    pub file: PathBuf,
    /// Pairs whose label became the other one.
    pub relabelled: usize,
    /// Pairs taken out.
    pub dropped: usize,
    /// Entries that agree with the list already.
    pub without_effect: usize,
}

/// Pairs in folds. A photograph is a template of one face, a video a template of one medium.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldProtocol {
    /// The folder of the images.
    pub root: PathBuf,
    /// Where the pairs come from.
    pub list: ListUsed,
    /// The images to embed, each once, in order of first mention.
    pub faces: Vec<Face>,
    /// What is compared, in order of first mention; `subject` numbers the names.
    pub templates: Vec<TemplateSpec>,
    /// The names, by `subject`; empty where there are none.
    pub people: Vec<String>,
    /// In the list's order.
    pub pairs: Vec<FoldPair>,
    /// Number of folds; 1 for the development lists.
    pub folds: usize,
    /// What was read against what is published.
    pub counts: Counts,
}

impl FoldProtocol {
    /// Fails unless every image is on disk.
    ///
    /// # Errors
    /// [`EvalError::MissingImages`] with the number and the first few.
    pub fn check_images(&self) -> Result<(), EvalError> {
        check_images(&self.root, &self.faces, "name the folder that holds one folder for each person")
    }

    /// Sets the five points of every face that `landmarks` has points for; returns how many.
    pub fn add_landmarks(&mut self, landmarks: &LandmarkIndex) -> usize {
        landmarks.add_to(&mut self.faces)
    }

    /// The people of this list who are in `other`, too, by name: a threshold that was chosen on them has seen them.
    pub fn people_also_in<'a>(&'a self, other: &Self) -> Vec<&'a str> {
        let others: HashSet<&String> = other.people.iter().collect();
        self.people.iter().filter(|name| others.contains(name)).map(String::as_str).collect()
    }

    /// People who occur in more than one fold: a threshold chosen on nine folds has then seen people of the tenth. Published lists
    /// have none.
    pub fn people_in_several_folds(&self) -> usize {
        let mut folds: HashMap<u64, HashSet<u32>> = HashMap::new();
        for pair in &self.pairs {
            for template in [pair.a, pair.b] {
                folds.entry(self.templates[template as usize].subject).or_default().insert(pair.fold);
            }
        }
        folds.values().filter(|f| f.len() > 1).count()
    }
}
