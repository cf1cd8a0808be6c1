//! Scores to rates, by the policy for failures.

use std::collections::HashSet;

use l2face_metrics::{FarMode, FpirMode, MetricsError, Probe, ScoreSet, Search as Searches};
use rayon::prelude::*;

use crate::result::{RankRate, SearchResult, TarRow, VerifyResult};
use crate::{FailurePolicy, Search};

/// What verification rates are made of.
pub(crate) struct VerifyInput<'a> {
    /// Of each template, whether it failed to enrol.
    pub failed: &'a [bool],
    /// Genuine or not, and the score, `-inf` where a template failed.
    pub pairs: Vec<(bool, f64)>,
    pub policy: FailurePolicy,
    pub mode: FarMode,
    pub fars: &'a [f64],
    pub grid: &'a [f64],
}

/// What identification rates are made of.
pub(crate) struct SearchInput<'a> {
    pub spec: &'a Search,
    pub failed_gallery: &'a [bool],
    pub failed_probes: &'a [bool],
    pub policy: FailurePolicy,
    pub mode: FpirMode,
    pub fpirs: &'a [f64],
    pub ranks: &'a [usize],
}

/// The rates, and the searches that they come from.
pub(crate) struct SearchRates {
    pub result: SearchResult,
    pub searched: Vec<Probe>,
}

pub(crate) fn verify_rates(input: VerifyInput<'_>) -> Result<VerifyResult, MetricsError> {
    let mut pairs = input.pairs;
    let all = pairs.len();
    if input.policy == FailurePolicy::Drop {
        pairs.retain(|(_, score)| *score > f64::NEG_INFINITY);
    }
    let scores = |wanted| pairs.iter().filter(|(g, _)| *g == wanted).map(|(_, s)| *s).collect();
    let set = ScoreSet::new(scores(true), scores(false))?;
    Ok(VerifyResult {
        templates: input.failed.len(),
        failed_templates: count(input.failed),
        dropped_pairs: all - pairs.len(),
        genuine: set.genuine().len(),
        impostor: set.impostor().len(),
        tar: input.fars.iter().map(|&far| tar_row(&set, far, input.mode)).collect::<Result<_, _>>()?,
        roc: set.roc_on_grid(input.grid)?,
        auc: set.auc(),
        eer: set.eer(),
    })
}

fn tar_row(set: &ScoreSet, far: f64, mode: FarMode) -> Result<TarRow, MetricsError> {
    let at = set.tar_at_far(far, FarMode::Conservative)?;
    let named = (mode != FarMode::Conservative).then(|| set.tar_at_far(far, mode)).transpose()?;
    Ok(TarRow {
        far,
        conservative: at.tar,
        interp: set.tar_at_far(far, FarMode::Interp)?.tar,
        threshold: at.threshold,
        achieved_far: at.achieved_far,
        false_accepts: at.false_accepts,
        true_accepts: at.true_accepts,
        genuine: at.genuine,
        k_zero: at.k_zero,
        named,
    })
}

/// `score` of a probe and a gallery template, by index; `-inf` where either failed.
pub(crate) fn search_rates(
    input: SearchInput<'_>,
    score: impl Fn(usize, usize) -> f64 + Sync,
) -> Result<SearchRates, MetricsError> {
    let drop = input.policy == FailurePolicy::Drop;
    let kept = |failed: &[bool]| (0..failed.len()).filter(|&i| !(drop && failed[i])).collect::<Vec<_>>();
    let gallery = kept(input.failed_gallery);
    let subject = |g: usize| input.spec.gallery[g].subject;
    let enrolled: HashSet<u64> = gallery.iter().map(|&g| subject(g)).collect();
    let known: HashSet<u64> = input.spec.gallery.iter().map(|t| t.subject).collect();
    let mut probes = kept(input.failed_probes);
    // a probe whose mates were all left out is neither mated nor non-mated
    probes.retain(|&p| {
        let person = input.spec.probes[p].subject;
        enrolled.contains(&person) || !known.contains(&person)
    });
    let one = |&p: &usize| {
        let person = input.spec.probes[p].subject;
        let scores: Vec<f64> = gallery.iter().map(|&g| score(p, g)).collect();
        let mated = known.contains(&person);
        Probe::from_scores(&scores, |i| mated && subject(gallery[i]) == person)
    };
    let searched = probes.par_iter().map(one).collect::<Result<Vec<_>, _>>()?;
    let all = Searches::new(&searched)?;
    let rank = |&rank: &usize| Ok(RankRate { rank, rate: all.rank_k(rank)? });
    let result = SearchResult {
        gallery: input.failed_gallery.len(),
        failed_gallery: count(input.failed_gallery),
        dropped_gallery: input.failed_gallery.len() - gallery.len(),
        probes: input.failed_probes.len(),
        failed_probes: count(input.failed_probes),
        dropped_probes: input.failed_probes.len() - probes.len(),
        mated: all.mated(),
        non_mated: all.non_mated(),
        ranks: input.ranks.iter().map(rank).collect::<Result<_, MetricsError>>()?,
        tpir: input.fpirs.iter().map(|&fpir| all.tpir_at_fpir_by(fpir, 1, input.mode)).collect::<Result<_, _>>()?,
    };
    Ok(SearchRates { result, searched })
}

fn count(failed: &[bool]) -> usize {
    failed.iter().filter(|f| **f).count()
}
