//! Pairs in folds to scores.

use l2face_metrics::Comparison;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{FoldProtocol, ListUsed};
use crate::evaluate::check_count;
use crate::result::FaceCounts;
use crate::scoring::score;
use crate::{EvalError, FailurePolicy, Features, Pooler, Pooling};

/// The scores of all pairs with labels and folds; accuracies and rates are made of them by `l2face-metrics`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoldScores {
    /// Which list and labels.
    pub list: ListUsed,
    /// How templates were made.
    pub pooling: Pooling,
    /// What became of failures to enrol.
    pub failures: FailurePolicy,
    /// Images.
    pub faces: FaceCounts,
    /// Photographs or videos.
    pub templates: usize,
    /// Of these, failures to enrol.
    pub failed_templates: usize,
    /// Pairs with a failed template. By NIST's rule they stay, with a score of minus infinity; [`FailurePolicy::Drop`] takes them out.
    pub failed_pairs: usize,
    /// Number of folds.
    pub folds: usize,
    /// Cosine of each pair, in the list's order; minus infinity where a template failed (null in JSON).
    #[serde(with = "null_for_failed")]
    pub scores: Vec<f64>,
    /// Whether the pair is of one person.
    pub same: Vec<bool>,
    /// The pair's fold, from 0; of IJB-A its split.
    pub fold: Vec<u32>,
    /// The identities of the pair's two templates ([`TemplateSpec::subject`](crate::TemplateSpec)). Not kept in a file.
    #[serde(skip)]
    pub identities: Vec<[u64; 2]>,
}

impl FoldScores {
    /// The pairs with their identities, for an identity bootstrap; `None` where some label says otherwise than the identities do (errata,
    /// corrected labels), or where scores were read back from a file.
    pub fn comparisons(&self) -> Option<Vec<Comparison>> {
        let agree = self.same.iter().zip(&self.identities).all(|(same, [a, b])| *same == (a == b));
        let known = agree && self.identities.len() == self.scores.len();
        let all = || self.scores.iter().zip(&self.identities).map(|(&score, &[a, b])| Comparison { a, b, score });
        known.then(|| all().collect())
    }
}

/// Scores all pairs of a list. Scores are cosines in f64, added up in one order, whatever the number of threads.
///
/// # Errors
/// Embeddings for another number of images; features that the pooling needs and that are not there.
pub fn score_folds<'a>(
    protocol: &FoldProtocol,
    features: impl Into<Features<'a>>,
    pooling: &Pooling,
) -> Result<FoldScores, EvalError> {
    let features = features.into();
    check_count(protocol.faces.len(), &features)?;
    let templates = Pooler::new(features, pooling)?.pool_all(&protocol.templates);
    let all: Vec<f64> =
        protocol.pairs.par_iter().map(|p| score(&templates[p.a as usize], &templates[p.b as usize])).collect();
    let failed_pairs = all.iter().filter(|s| **s == f64::NEG_INFINITY).count();
    let kept = |s: &f64| features.failures != FailurePolicy::Drop || *s > f64::NEG_INFINITY;
    let rows: Vec<_> = all.iter().zip(&protocol.pairs).filter(|(s, _)| kept(s)).collect();
    Ok(FoldScores {
        list: protocol.list.clone(),
        pooling: *pooling,
        failures: features.failures,
        faces: FaceCounts::of(&features),
        templates: templates.len(),
        failed_templates: templates.iter().filter(|t| t.is_none()).count(),
        failed_pairs,
        folds: protocol.folds,
        scores: rows.iter().map(|(s, _)| **s).collect(),
        same: rows.iter().map(|(_, p)| p.same).collect(),
        fold: rows.iter().map(|(_, p)| p.fold).collect(),
        identities: rows.iter().map(|(_, p)| [p.a, p.b].map(|t| protocol.templates[t as usize].subject)).collect(),
    })
}

/// JSON has no infinity: a failure is null.
mod null_for_failed {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(scores: &[f64], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(scores.iter().map(|s| s.is_finite().then_some(*s)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        let scores = Vec::<Option<f64>>::deserialize(from)?;
        Ok(scores.into_iter().map(|s| s.unwrap_or(f64::NEG_INFINITY)).collect())
    }
}
