//! The scores of IJB's 1:1 comparisons, in the form of pairs in folds: for a threshold, or an interval by identity.

use std::path::Path;

use crate::evaluate::{check_count, score_pairs as cosines};
use crate::folds::{FoldScores, ListUsed};
use crate::result::FaceCounts;
use crate::vectors::{score_pairs, UnitRows};
use crate::{EvalError, FailurePolicy, Features, IjbA, IjbBc, Pooler, Pooling, Verification};

/// Scores every comparison of every split of IJB-A as [`evaluate`](crate::evaluate()) does; a split is a fold. Templates are counted split
/// by split.
///
/// # Errors
/// Embeddings for another number of faces; features that the pooling needs and that are not there.
pub fn score_ijba<'a>(
    protocol: &IjbA,
    features: impl Into<Features<'a>>,
    pooling: &Pooling,
) -> Result<FoldScores, EvalError> {
    let features = features.into();
    check_count(protocol.faces.len(), &features)?;
    let pooler = Pooler::new(features, pooling)?;
    let form = format!("1:1 comparisons of {} splits", protocol.splits.len());
    let mut all = empty(&protocol.root, form, &features, pooling, protocol.splits.len());
    for (fold, split) in protocol.splits.iter().enumerate() {
        let templates = pooler.pool_all(&split.verify.templates);
        let scores = cosines(&split.verify, &templates).into_iter().map(|p| p.score).collect();
        let failed = templates.iter().filter(|t| t.is_none()).count();
        add(&mut all, &split.verify, scores, failed, fold as u32);
    }
    Ok(all)
}

/// Scores every comparison of IJB-B or IJB-C as [`evaluate_ijbbc`](crate::evaluate_ijbbc()) does, in one fold: of IJB-C 15.7 million, 29 bytes
/// each.
///
/// # Errors
/// Those of [`score_ijba`].
pub fn score_ijbbc<'a>(
    protocol: &IjbBc,
    features: impl Into<Features<'a>>,
    pooling: &Pooling,
) -> Result<FoldScores, EvalError> {
    let features = features.into();
    check_count(protocol.faces.len(), &features)?;
    let pooler = Pooler::new(features, pooling)?;
    let rows = UnitRows::new(&pooler.pool_all(&protocol.verify.templates));
    let failed = (0..rows.len()).filter(|&i| rows.get(i).is_none()).count();
    Ok(of_ijbbc(protocol, &features, pooling, score_pairs(&rows, &protocol.verify.pairs), failed))
}

/// The scores of all comparisons of IJB-B or IJB-C, in the protocol's order, with `failed` templates.
pub(crate) fn of_ijbbc(
    protocol: &IjbBc,
    features: &Features<'_>,
    pooling: &Pooling,
    scores: Vec<f64>,
    failed: usize,
) -> FoldScores {
    let mut all = empty(&protocol.images, "1:1 comparisons".into(), features, pooling, 1);
    add(&mut all, &protocol.verify, scores, failed, 0);
    all
}

fn empty(file: &Path, form: String, features: &Features<'_>, pooling: &Pooling, folds: usize) -> FoldScores {
    FoldScores {
        list: ListUsed { file: file.to_owned(), form, errata: None },
        pooling: *pooling,
        failures: features.failures,
        faces: FaceCounts::of(features),
        templates: 0,
        failed_templates: 0,
        failed_pairs: 0,
        folds,
        scores: vec![],
        same: vec![],
        fold: vec![],
        identities: vec![],
    }
}

/// Adds the comparisons of a split, but for those that the policy drops.
fn add(all: &mut FoldScores, verify: &Verification, scores: Vec<f64>, failed: usize, fold: u32) {
    all.templates += verify.templates.len();
    all.failed_templates += failed;
    for (&(a, b), score) in verify.pairs.iter().zip(scores) {
        let missing = score == f64::NEG_INFINITY;
        all.failed_pairs += usize::from(missing);
        if missing && all.failures == FailurePolicy::Drop {
            continue;
        }
        all.scores.push(score);
        all.same.push(verify.is_genuine((a, b)));
        all.fold.push(fold);
        all.identities.push([a, b].map(|t| verify.templates[t as usize].subject));
    }
}
