//! The top of `results.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::row::Row;
use crate::paper::PaperRow;

/// The version of the schema; raised whenever a field changes its name or its meaning.
pub const SCHEMA: u32 = 1;

/// The content of `results.json`. The order of the fields is the order in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// Always [`SCHEMA`].
    pub schema: u32,
    /// The experiment, for example `ijba`.
    pub experiment: String,
    /// SHA-256 of the tensors ([`crate::hash::tensors`]) of the only row's network, in a model folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// What was trained and tested on.
    pub data: DataInfo,
    /// The resolved configuration, without anything that names a folder of the output.
    pub config: serde_json::Value,
    /// The lower bound of alpha for the number of people trained on.
    pub alpha_lower_bound: Bound,
    /// How the faces were aligned.
    pub alignment: Alignment,
    /// What could not be compared.
    pub failures: Failures,
    /// One row per training method.
    pub rows: Vec<Row>,
    /// The paper's figures that stand beside the rows.
    pub paper: Vec<PaperRow>,
    /// What the reader must know.
    pub warnings: Vec<String>,
}

/// Whether the faces are photographs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataKind {
    /// Faces drawn by `l2face-synth`.
    Generated,
    /// Photographs given by the user.
    Real,
}

/// What was trained and tested on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataInfo {
    /// Generated or real.
    pub kind: DataKind,
    /// The name of the evaluation data.
    pub name: String,
    /// The name of the training data.
    pub train_name: String,
    /// People trained on, which is the number of classes.
    pub train_people: usize,
    /// Images trained on.
    pub train_images: usize,
    /// Faces embedded for the evaluation.
    pub eval_faces: usize,
    /// The reported seeds; every row was trained once with each.
    pub seeds: Vec<u64>,
    /// The seed on which the learning rates were chosen, where they were; never a reported one.
    pub selection_seed: Option<u64>,
    /// A plain sentence about the data, printed at the head of every report.
    pub statement: String,
    /// The command that makes this report again.
    pub command: String,
}

impl DataInfo {
    /// The sentence for generated faces.
    pub const GENERATED: &'static str = "These are generated faces, drawn by a program: IJB-A is \
        licensed by NIST and cannot be shipped, so this run needs no data at all. Its figures say \
        whether the code works and whether the paper's picture appears on such faces. They say \
        nothing about photographs.";

    /// The command for the real thing.
    pub const REAL_COMMAND: &'static str = "cargo xtask reproduce ijba --ijba /path/to/IJB-A \
        --train /path/to/training/images --landmarks /path/to/points.csv --out runs/ijba";
}

/// The lower bound of alpha, ln(p (C - 2) / (1 - p)).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// C, the number of classes.
    pub classes: usize,
    /// p, the wanted mean probability of the right class.
    pub p: f64,
    /// The bound.
    pub value: f64,
}

/// How many faces were aligned by which source of points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Alignment {
    /// Training images: source ("five points", "three points", "eyes", "box") to count.
    pub train: BTreeMap<String, usize>,
    /// Faces of the evaluation: source to count.
    pub eval: BTreeMap<String, usize>,
    /// Faces of either set with points that were implausible and not used.
    pub rejected_points: usize,
    /// Training images left out because nothing could be aligned or read.
    pub dropped_train: usize,
    /// Faces of the evaluation that could not be aligned or read.
    pub dropped_eval: usize,
}

/// Failures to enrol, counted over all splits. Every one of them counts against the system.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Failures {
    /// Faces without an embedding.
    pub faces: usize,
    /// Templates of the verification protocol without any face left.
    pub templates: usize,
    /// Comparisons with such a template.
    pub comparisons: usize,
    /// Gallery templates of the search protocol without any face left.
    pub gallery: usize,
    /// Probe templates of the search protocol without any face left.
    pub probes: usize,
}
