//! InsightFace's old 1:N figures of IJB-B and IJB-C, to be compared with, not to be reported.

use std::collections::HashMap;

use l2face_metrics::{LegacyInsightface1n, LegacyTpir, Probe};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::evaluate::{check_count, FPIRS, RANKS};
use crate::result::RankRate;
use crate::vectors::UnitRows;
use crate::{EvalError, Features, IjbBc, Pooler, Pooling, TemplateSpec};

/// What InsightFace's `ijb_1n.py` prints: one search of both galleries as if they were one. See [`LegacyInsightface1n`] for what is wrong with
/// it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Legacy1n {
    /// Templates of both galleries.
    pub gallery: usize,
    /// Probes; each has its one mate in the gallery.
    pub probes: usize,
    /// Closed set. Ties count against the mate, where the script's sorting leaves them to chance.
    pub ranks: Vec<RankRate>,
    /// What the script calls pr at far.
    pub tpir: Vec<LegacyTpir>,
}

/// Probes whose scores are held at once.
const AT_ONCE: usize = 256;

/// One probe: how its mate fared, and its largest non-mate scores.
type Searched = (Probe, Vec<f64>);

/// Searches all probes in both galleries as one.
///
/// # Errors
/// Embeddings for another number of faces; features that the pooling needs and that are not there; a protocol folder without 1:N; a probe
/// without a mate, or with several.
pub fn legacy_insightface_1n<'a>(
    protocol: &IjbBc,
    features: impl Into<Features<'a>>,
    pooling: &Pooling,
) -> Result<Legacy1n, EvalError> {
    let features = features.into();
    check_count(protocol.faces.len(), &features)?;
    let pooler = Pooler::new(features, pooling)?;
    let gallery: Vec<TemplateSpec> = protocol.searches.iter().flat_map(|s| s.gallery.iter().cloned()).collect();
    let probes = protocol.searches.first().map(|s| s.probes.as_slice()).unwrap_or_default();
    let mates = mates(&gallery, probes)?;
    let (rows, probe_rows) = (UnitRows::new(&pooler.pool_all(&gallery)), UnitRows::new(&pooler.pool_all(probes)));
    let (mut searched, mut others) = (Vec::with_capacity(probes.len()), Vec::new());
    let bad = |source| EvalError::Rate { part: format!("{} 1:N, legacy-insightface-1n", protocol.set), source };
    for from in (0..probes.len()).step_by(AT_ONCE) {
        let some = from..(from + AT_ONCE).min(probes.len());
        let one = |p: usize| -> Result<Searched, _> {
            let mut scores: Vec<f64> = (0..rows.len()).map(|g| probe_rows.score(p, &rows, g)).collect();
            let probe = Probe::from_scores(&scores, |g| g == mates[p])?;
            scores.swap_remove(mates[p]);
            Ok((probe, scores))
        };
        for (probe, scores) in some.into_par_iter().map(one).collect::<Result<Vec<_>, _>>().map_err(bad)? {
            searched.push(probe);
            others.extend(scores);
        }
        LegacyInsightface1n::keep_largest(&mut others, probes.len());
    }
    rates(&searched, others, gallery.len()).map_err(bad)
}

fn rates(searched: &[Probe], others: Vec<f64>, gallery: usize) -> Result<Legacy1n, l2face_metrics::MetricsError> {
    let all = l2face_metrics::Search::new(searched)?;
    let mates = searched.iter().filter_map(|p| p.mate).map(|m| m.score).collect();
    let legacy = LegacyInsightface1n::new(mates, others)?;
    Ok(Legacy1n {
        gallery,
        probes: searched.len(),
        ranks: RANKS.iter().map(|&rank| Ok(RankRate { rank, rate: all.rank_k(rank)? })).collect::<Result<_, _>>()?,
        tpir: FPIRS.iter().map(|&fpir| legacy.tpir_at(fpir)).collect::<Result<_, _>>()?,
    })
}

/// The place of each probe's mate in the gallery.
fn mates(gallery: &[TemplateSpec], probes: &[TemplateSpec]) -> Result<Vec<usize>, EvalError> {
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    gallery.iter().enumerate().for_each(|(i, t)| places.entry(t.subject).or_default().push(i));
    let mate = |probe: &TemplateSpec| match places.get(&probe.subject).map(Vec::as_slice) {
        Some(&[one]) => Ok(one),
        found => Err(EvalError::NotOneMate { template: probe.id, mates: found.map_or(0, <[usize]>::len) }),
    };
    probes.iter().map(mate).collect()
}
