use serde::{Deserialize, Serialize};

use super::Pair;
use crate::folds::distance::{arccos_distance, squared_distance};
use crate::mode_names::named_modes;

/// How the threshold of an accuracy is chosen on the training pairs and applied to the test pairs. A failure to enrol is rejected in all
/// of them: wrong if the pair is genuine, right if not. In configuration files `insightface-grid`, `facenet-arccos`, `sphereface`,
/// `exact`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccuracyMode {
    /// Squared L2 distance of unit vectors, `d = 2 - 2 cos`, against 0, 0.01, ..., 3.99; the first, smallest threshold of maximal training
    /// accuracy; accept iff `d < threshold`. (facenet: src/facenet.py; InsightFace: arcface_torch/eval/verification.py.) What most LFW,
    /// CFP-FP and AgeDB-30 figures since 2017 are.
    InsightfaceGrid,
    /// `arccos(cos) / pi` against the same 0, 0.01, ..., 3.99, of which those above 1 decide nothing; else as [`Self::InsightfaceGrid`].
    /// (facenet: src/facenet.py, `distance` with metric 1.)
    FacenetArccos,
    /// Cosine against -1, -0.9999, ..., 1; the mean of all thresholds of maximal training accuracy (exact: where the mean is equal to a
    /// score, the rounding of MATLAB's sum decided); genuine iff above, impostor iff below:
    /// a score equal to the threshold is always wrong. (SphereFace: test/code/evaluation.m; there the mean feature of the training
    /// folds is subtracted first, which concerns embeddings and is not done here.)
    Sphereface,
    /// Any score. Thresholds are the midpoints between neighbouring distinct training scores and both ends (everything above `-inf`
    /// accepted, nothing accepted); the highest of maximal training accuracy; accept iff `score >= threshold`.
    #[default]
    Exact,
}

named_modes!(
    AccuracyMode, "accuracy mode",
    InsightfaceGrid => "insightface-grid",
    FacenetArccos => "facenet-arccos",
    Sphereface => "sphereface",
    Exact => "exact",
);

impl AccuracyMode {
    /// Is the pair decided rightly? The threshold is in the mode's own scale.
    pub(crate) fn is_right(self, pair: &Pair, threshold: f64) -> bool {
        match self {
            Self::InsightfaceGrid => (squared_distance(pair.score) < threshold) == pair.genuine,
            Self::FacenetArccos => (arccos_distance(pair.score) < threshold) == pair.genuine,
            Self::Sphereface if pair.genuine => pair.score > threshold,
            Self::Sphereface => pair.score < threshold,
            Self::Exact => (pair.score >= threshold) == pair.genuine,
        }
    }
}
