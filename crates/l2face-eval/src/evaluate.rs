//! The protocol's table.

use std::collections::HashSet;

use l2face_metrics::{log_grid, FarMode, MetricsError, Probe, ScoreSet, Search as Searches};
use rayon::prelude::*;

use crate::norm_bins::{bin, ScoredPair};
use crate::result::{FaceCounts, IjbaResult, RankRate, SearchResult, SplitResult, TarRow, VerifyResult};
use crate::scoring::{failed, pool_all, score};
use crate::summary::{summarise, summarise_roc};
use crate::{Embeddings, EvalError, IjbA, Pooled, Pooling, Search, Split, TemplateSpec, Verification};

/// The false accept rates of the table.
pub const FARS: [f64; 4] = [1e-4, 1e-3, 1e-2, 1e-1];
/// The false positive identification rates of the table.
pub const FPIRS: [f64; 2] = [0.01, 0.1];
/// The ranks of the table.
pub const RANKS: [usize; 3] = [1, 5, 10];
/// Lowest FAR of the plotted curve.
pub const GRID_LOWEST: f64 = 1e-4;
/// Points of the plotted curve to a factor of ten.
pub const GRID_PER_DECADE: usize = 20;

/// Evaluates the embeddings of all faces: 1:1 and 1:N in every split, mean and deviation over them. Scores are cosines in f64, added
/// up in one order, so the result does not depend on the number of threads.
///
/// # Errors
/// Embeddings for another number of faces; a split without genuine or impostor comparisons, mated or non-mated probes.
pub fn evaluate(protocol: &IjbA, embeddings: &Embeddings, pooling: &Pooling) -> Result<IjbaResult, EvalError> {
    check_count(protocol, embeddings)?;
    let grid = log_grid(GRID_LOWEST, GRID_PER_DECADE);
    let (mut splits, mut pairs) = (Vec::new(), Vec::new());
    for split in &protocol.splits {
        let pool = |templates: &[TemplateSpec]| pool_all(templates, embeddings, pooling);
        let templates = pool(&split.verify.templates);
        let scored = score_pairs(&split.verify, &templates);
        let verify = verify(&split.verify, &templates, &scored, &grid).map_err(in_split(split, "1:1"))?;
        let (gallery, probes) = (pool(&split.search.gallery), pool(&split.search.probes));
        let search = search(&split.search, &gallery, &probes).map_err(in_split(split, "1:N"))?;
        splits.push(SplitResult { split: split.index, verify, search });
        pairs.extend(scored);
    }
    Ok(IjbaResult {
        pooling: *pooling,
        faces: FaceCounts { total: embeddings.len(), failed: embeddings.absent() },
        summary: summarise(&splits),
        roc: summarise_roc(grid, &splits),
        norm_bins: bin(pairs),
        splits,
    })
}

pub(crate) fn check_count(protocol: &IjbA, embeddings: &Embeddings) -> Result<(), EvalError> {
    let (got, expected) = (embeddings.len(), protocol.faces.len());
    if got == expected {
        Ok(())
    } else {
        Err(EvalError::WrongCount { got, expected })
    }
}

/// Scores every comparison of a split, in the protocol's order.
pub(crate) fn score_pairs(verify: &Verification, templates: &[Option<Pooled>]) -> Vec<ScoredPair> {
    let norm = |t: &Option<Pooled>| t.as_ref().map(|p| p.feature_norm);
    let scored = |&(a, b): &(u32, u32)| {
        let (a, b) = (a as usize, b as usize);
        ScoredPair {
            genuine: verify.templates[a].subject == verify.templates[b].subject,
            score: score(&templates[a], &templates[b]),
            norm: norm(&templates[a]).zip(norm(&templates[b])).map(|(x, y)| x.min(y)),
        }
    };
    verify.pairs.par_iter().map(scored).collect()
}

fn in_split<'a>(split: &'a Split, what: &'static str) -> impl Fn(MetricsError) -> EvalError + 'a {
    move |source| EvalError::Metrics { split: split.index, what, source }
}

fn verify(
    spec: &Verification,
    templates: &[Option<Pooled>],
    pairs: &[ScoredPair],
    grid: &[f64],
) -> Result<VerifyResult, MetricsError> {
    let scores = |genuine| pairs.iter().filter(|p| p.genuine == genuine).map(|p| p.score).collect();
    let set = ScoreSet::new(scores(true), scores(false))?;
    Ok(VerifyResult {
        templates: spec.templates.len(),
        failed_templates: failed(templates),
        genuine: set.genuine().len(),
        impostor: set.impostor().len(),
        tar: FARS.iter().map(|&far| tar_row(&set, far)).collect::<Result<_, _>>()?,
        roc: set.roc_on_grid(grid)?,
        auc: set.auc(),
        eer: set.eer(),
    })
}

fn tar_row(set: &ScoreSet, far: f64) -> Result<TarRow, MetricsError> {
    let at = set.tar_at_far(far, FarMode::Conservative)?;
    Ok(TarRow {
        far,
        conservative: at.tar,
        interp: set.tar_at_far(far, FarMode::Interp)?.tar,
        threshold: at.threshold,
        achieved_far: at.achieved_far,
        false_accepts: at.false_accepts,
        k_zero: at.k_zero,
    })
}

fn search(spec: &Search, gallery: &[Option<Pooled>], probes: &[Option<Pooled>]) -> Result<SearchResult, MetricsError> {
    let known: HashSet<u64> = spec.gallery.iter().map(|t| t.subject).collect();
    let one = |(template, probe): (&TemplateSpec, &Option<Pooled>)| {
        let scores: Vec<f64> = gallery.iter().map(|g| score(probe, g)).collect();
        let mated = known.contains(&template.subject);
        Probe::from_scores(&scores, |i| mated && spec.gallery[i].subject == template.subject)
    };
    let searched = spec.probes.par_iter().zip(probes).map(one).collect::<Result<Vec<_>, _>>()?;
    let all = Searches::new(&searched)?;
    let rank = |&rank: &usize| Ok(RankRate { rank, rate: all.rank_k(rank)? });
    Ok(SearchResult {
        gallery: gallery.len(),
        failed_gallery: failed(gallery),
        probes: probes.len(),
        failed_probes: failed(probes),
        mated: all.mated(),
        non_mated: all.non_mated(),
        ranks: RANKS.iter().map(rank).collect::<Result<_, MetricsError>>()?,
        tpir: FPIRS.iter().map(|&fpir| all.tpir_at_fpir(fpir, 1)).collect::<Result<_, _>>()?,
    })
}
