//! results.json of `cargo xtask evaluate`.
use super::cli::Set;
use crate::folds::{AccuracyPercent, FoldRates};
use l2face_eval::{FailurePolicy, IjbBcResult, IjbaResult, Legacy1n, Pooling};
use l2face_image::Preproc;
use l2face_metrics::{BootstrapInterval, FarMode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the file.
pub const SCHEMA: &str = "l2face-evaluate/1";

/// Everything that was measured, and all that it depends on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Results {
    /// `l2face-evaluate/1`.
    pub schema: String,
    /// The protocol.
    pub set: Set,
    /// The command that gives these results again.
    pub command: String,
    /// The embedder.
    pub model: Model,
    /// How faces were aligned.
    pub align: String,
    /// How templates were made.
    pub pooling: Pooling,
    /// How TAR was read off at a FAR; of IJB the rule of `named` beside `conservative` and `interp`.
    #[serde(default)]
    pub mode: FarMode,
    /// What became of failures to enrol.
    pub failures: FailurePolicy,
    /// SHA-256 of the scores beside this file, by which `calibrate` sees that they are of this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<String>,
    /// How many faces came from which source; "not found" are failures to enrol.
    pub sources: BTreeMap<String, usize>,
    /// What was read against what is published, where they differ.
    pub warnings: Vec<String>,
    /// LFW, YTF and .bin: accuracy over folds, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<AccuracyPercent>,
    /// LFW, YTF and .bin: everything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folds: Option<FoldRates>,
    /// TAR by resampling identities, over all comparisons (of IJB-A all splits' together, one threshold); empty where identities are not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_identity: Vec<BootstrapInterval>,
    /// IJB-A's table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ijba: Option<IjbaResult>,
    /// The same with TPE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ijba_tpe: Option<IjbaResult>,
    /// IJB-B's or IJB-C's table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ijbbc: Option<Box<IjbBcResult>>,
    /// InsightFace's old 1:N figures, to be compared with figures published by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legacy_insightface_1n: Option<Legacy1n>,
}

/// The embedder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Model {
    /// The file as it was named.
    pub file: String,
    /// Its SHA-256.
    pub sha256: String,
    /// SHA-256 of the tensors in it ([`crate::hash::tensors`]), the same for a row's snapshot and the model folder made of it; older files lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// What happens to a crop before the network.
    pub input: Preproc,
    /// Whether photographs were shrunk by area before the bilinear warp; older files lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub antialias: Option<bool>,
    /// Length of an embedding.
    pub embedding: usize,
}
