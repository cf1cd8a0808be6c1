//! Does a template of larger feature norm verify better? (section 3 of the L2-softmax paper asks it of softmax features.)

use l2face_metrics::{FarMode, ScoreSet};
use serde::{Deserialize, Serialize};

use crate::evaluate::{check_count, score_pairs};
use crate::{EvalError, Features, IjbA, Pooler, Pooling};

/// The FAR at which the bins are compared.
pub const NORM_BIN_FAR: f64 = 1e-2;
const BINS: usize = 3;

/// A comparison with the smaller of its two templates' norms, `None` if either failed to enrol.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ScoredPair {
    pub genuine: bool,
    pub score: f64,
    pub norm: Option<f64>,
}

/// Comparisons of all splits in three groups of equal size, by the smaller of the two templates' feature norms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NormBins {
    /// The FAR asked of each group, each by its own threshold.
    pub far: f64,
    /// From the lowest norms to the highest.
    pub bins: Vec<NormBin>,
    /// Comparisons left out because a template failed to enrol and has no norm.
    pub failed_pairs: usize,
}

/// One group.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NormBin {
    /// Lowest norm in it.
    pub low: f64,
    /// Highest norm in it.
    pub high: f64,
    /// Genuine comparisons.
    pub genuine: usize,
    /// Impostor comparisons.
    pub impostor: usize,
    /// Conservative TAR; `None` without genuine or impostor comparisons.
    pub tar: Option<f64>,
    /// Too few impostors for one false accept: the rate at none.
    pub k_zero: bool,
}

/// Verification TAR at [`NORM_BIN_FAR`] by feature norm (mean norm of a template's faces before any normalisation), pooled over the
/// splits. [`crate::evaluate`] includes it.
///
/// # Errors
/// Embeddings for another number of faces; features that the pooling needs and that are not there.
pub fn tar_by_norm_bin<'a>(
    protocol: &IjbA,
    features: impl Into<Features<'a>>,
    pooling: &Pooling,
) -> Result<NormBins, EvalError> {
    let features = features.into();
    check_count(protocol.faces.len(), &features)?;
    let pooler = Pooler::new(features, pooling)?;
    let scored = |split: &crate::Split| score_pairs(&split.verify, &pooler.pool_all(&split.verify.templates));
    Ok(bin(protocol.splits.iter().flat_map(scored).collect()))
}

/// Sorts by norm (equal norms stay in the protocol's order) and cuts into thirds at `n * i / 3`.
pub(crate) fn bin(pairs: Vec<ScoredPair>) -> NormBins {
    let all = pairs.len();
    let mut usable: Vec<(f64, ScoredPair)> = pairs.into_iter().filter_map(|p| Some((p.norm?, p))).collect();
    usable.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n = usable.len();
    let group = |i: usize| &usable[n * i / BINS..n * (i + 1) / BINS];
    let bins = (0..BINS).filter_map(|i| one_bin(group(i))).collect();
    NormBins { far: NORM_BIN_FAR, bins, failed_pairs: all - n }
}

/// `None` for an empty group.
fn one_bin(group: &[(f64, ScoredPair)]) -> Option<NormBin> {
    let scores = |genuine| group.iter().filter(|(_, p)| p.genuine == genuine).map(|(_, p)| p.score).collect::<Vec<_>>();
    let (genuine, impostor) = (scores(true), scores(false));
    let counts = (genuine.len(), impostor.len());
    let set = ScoreSet::new(genuine, impostor).ok();
    let at = set.and_then(|s| s.tar_at_far(NORM_BIN_FAR, FarMode::Conservative).ok());
    Some(NormBin {
        low: group.first()?.0,
        high: group.last()?.0,
        genuine: counts.0,
        impostor: counts.1,
        tar: at.map(|a| a.tar),
        k_zero: at.is_some_and(|a| a.k_zero),
    })
}
