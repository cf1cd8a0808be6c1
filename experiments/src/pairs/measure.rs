//! From embeddings to accuracy and rates.

use crate::folds::{self, AccuracyPercent, FoldRates};
use crate::study::config::Config;
use anyhow::Result;
use l2face_eval::{score_folds, Embeddings, FoldProtocol};
use l2face_metrics::{AccuracyMode, BootstrapInterval, FarMode};
use serde::{Deserialize, Serialize};

/// How TAR is read off at a FAR.
pub(super) const FAR_MODE: FarMode = FarMode::Conservative;

/// How thresholds of folds are chosen.
pub(super) fn accuracy_mode(config: &Config) -> AccuracyMode {
    config.evaluate.accuracy.unwrap_or(AccuracyMode::InsightfaceGrid)
}

/// What is measured of one row on one seed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Measured {
    pub accuracy: AccuracyPercent,
    pub rates: FoldRates,
    /// facenet's VAL of each fold.
    pub val_folds: Vec<f64>,
    /// TAR by resampling identities; empty where the labels are not theirs.
    #[serde(default)]
    pub by_identity: Vec<BootstrapInterval>,
    /// Faces without an embedding.
    pub failed_faces: usize,
}

/// Scores all pairs; failures to enrol stay in every denominator.
pub(super) fn measure(config: &Config, protocol: &FoldProtocol, embeddings: &Embeddings) -> Result<Measured> {
    let scores = score_folds(protocol, embeddings, &config.evaluate.pooling)?;
    Ok(Measured {
        accuracy: folds::accuracy(&scores, accuracy_mode(config))?,
        rates: folds::rates(&scores, FAR_MODE)?,
        val_folds: folds::val(&scores)?.folds.iter().map(|f| f.val).collect(),
        by_identity: folds::by_identity(&scores, &folds::FARS)?,
        failed_faces: scores.faces.failed,
    })
}
