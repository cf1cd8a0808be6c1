//! IJB-B's and IJB-C's table.

use l2face_metrics::{log_grid, FarMode, FpirMode, MetricsError};
use serde::{Deserialize, Serialize};

use crate::comparisons::of_ijbbc;
use crate::evaluate::{check_count, FPIRS, GRID_PER_DECADE, RANKS};
use crate::rates::{search_rates, verify_rates, SearchInput, SearchRates, VerifyInput};
use crate::result::{FaceCounts, RankRate, SearchResult, VerifyResult};
use crate::vectors::{score_pairs, UnitRows};
use crate::{Counts, EvalError, FailurePolicy, Features, FoldScores, IjbBc, IjbSet, Pooler, Pooling, Search};

/// The false accept rates of the table.
pub const IJBBC_FARS: [f64; 6] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];

/// The whole result of IJB-B or IJB-C.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IjbBcResult {
    /// Which set.
    pub set: IjbSet,
    /// What was read against what is published.
    pub counts: Counts,
    /// How templates were made.
    pub pooling: Pooling,
    /// What became of failures to enrol.
    pub failures: FailurePolicy,
    /// The rule of `TarRow::named`.
    #[serde(default)]
    pub mode: FarMode,
    /// The rule of every TPIR.
    #[serde(default)]
    pub fpir_mode: FpirMode,
    /// Faces over all templates.
    pub faces: FaceCounts,
    /// 1:1.
    pub verify: VerifyResult,
    /// The FARs of `verify.roc`.
    pub far: Vec<f64>,
    /// 1:N, each gallery by itself; empty if the protocol's folder has no 1:N.
    pub galleries: Vec<SearchResult>,
    /// Over both galleries; `None` if the protocol's folder has no 1:N.
    pub search: Option<GallerySummary>,
}

impl IjbBcResult {
    /// Galleries whose non-mated probes are too few for one false alarm at the `i`-th FPIR of [`GallerySummary::tpir`]; their rate, that at
    /// none, is in the mean.
    pub fn k_zero_galleries(&self, i: usize) -> usize {
        self.galleries.iter().filter(|g| g.tpir.get(i).is_some_and(|at| at.k_zero)).count()
    }
}

/// 1:N over both galleries, as is usual for these sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GallerySummary {
    /// Mated probes of both galleries found within a rank, over all mated probes of both.
    pub ranks: Vec<RankRate>,
    /// FPIR and the plain mean of the galleries' TPIR, each with its own threshold.
    pub tpir: Vec<(f64, f64)>,
}

/// Evaluates the embeddings of all faces (`&Embeddings`, or [`Features`] with more): 1:1, and 1:N in each gallery apart. Templates
/// are rounded to f32; a score is the sum in f64 of their products in one fixed order, so that the result does not depend on the
/// number of threads.
///
/// # Errors
/// Embeddings for another number of faces; features that the pooling needs and that are not there; no genuine or impostor
/// comparisons, no mated or non-mated probes.
pub fn evaluate_ijbbc<'a>(
    protocol: &IjbBc,
    features: impl Into<Features<'a>>,
    pooling: &Pooling,
) -> Result<IjbBcResult, EvalError> {
    let (result, _) = evaluated(protocol, &features.into(), pooling, FarMode::Conservative)?;
    Ok(result)
}

/// Like [`evaluate_ijbbc`]; the table has TAR by one more rule ([`TarRow::named`](crate::TarRow)), and TPIR by the one that
/// [`FarMode::open_set`] gives; the curve is conservative always. With it the scores of 1:1 that it was made of, as
/// [`score_ijbbc`](crate::score_ijbbc) gives them.
///
/// # Errors
/// Those of [`evaluate_ijbbc`]; too few comparisons for the rule.
pub fn evaluate_ijbbc_by<'a>(
    protocol: &IjbBc,
    features: impl Into<Features<'a>>,
    pooling: &Pooling,
    mode: FarMode,
) -> Result<(IjbBcResult, FoldScores), EvalError> {
    let features = features.into();
    let (result, scores) = evaluated(protocol, &features, pooling, mode)?;
    let failed = result.verify.failed_templates;
    Ok((result, of_ijbbc(protocol, &features, pooling, scores, failed)))
}

/// The table, and the score of every comparison in the protocol's order.
fn evaluated(
    protocol: &IjbBc,
    features: &Features<'_>,
    pooling: &Pooling,
    mode: FarMode,
) -> Result<(IjbBcResult, Vec<f64>), EvalError> {
    check_count(protocol.faces.len(), features)?;
    let pooler = Pooler::new(*features, pooling)?;
    let far = log_grid(IJBBC_FARS[0], GRID_PER_DECADE);
    let (verify, scores) = verify(protocol, &pooler, features.failures, mode, &far)?;
    let search = |s: &Search| search(s, &pooler, features.failures, mode.open_set()).map_err(in_part(protocol, "1:N"));
    let searched = protocol.searches.iter().map(search).collect::<Result<Vec<_>, _>>()?;
    let result = IjbBcResult {
        set: protocol.set,
        counts: protocol.counts.clone(),
        pooling: *pooling,
        failures: features.failures,
        mode,
        fpir_mode: mode.open_set(),
        faces: FaceCounts::of(features),
        verify,
        far,
        search: summarise(&searched).map_err(in_part(protocol, "1:N"))?,
        galleries: searched.into_iter().map(|s| s.result).collect(),
    };
    Ok((result, scores))
}

fn verify(
    protocol: &IjbBc,
    pooler: &Pooler<'_>,
    policy: FailurePolicy,
    mode: FarMode,
    grid: &[f64],
) -> Result<(VerifyResult, Vec<f64>), EvalError> {
    let spec = &protocol.verify;
    let rows = UnitRows::new(&pooler.pool_all(&spec.templates));
    let scores = score_pairs(&rows, &spec.pairs);
    let pairs = spec.pairs.iter().zip(&scores).map(|(&pair, &score)| (spec.is_genuine(pair), score)).collect();
    let failed: Vec<bool> = (0..rows.len()).map(|i| rows.get(i).is_none()).collect();
    let input = VerifyInput { failed: &failed, pairs, policy, mode, fars: &IJBBC_FARS, grid };
    Ok((verify_rates(input).map_err(in_part(protocol, "1:1"))?, scores))
}

fn search(
    spec: &Search,
    pooler: &Pooler<'_>,
    policy: FailurePolicy,
    mode: FpirMode,
) -> Result<SearchRates, MetricsError> {
    let (gallery, probes) = (pooler.pool_all(&spec.gallery), pooler.pool_all(&spec.probes));
    let (gallery, probes) = (UnitRows::new(&gallery), UnitRows::new(&probes));
    let failed = |rows: &UnitRows| (0..rows.len()).map(|i| rows.get(i).is_none()).collect::<Vec<_>>();
    let input = SearchInput {
        spec,
        failed_gallery: &failed(&gallery),
        failed_probes: &failed(&probes),
        policy,
        mode,
        fpirs: &FPIRS,
        ranks: &RANKS,
    };
    search_rates(input, |p, g| probes.score(p, &gallery, g))
}

fn summarise(searched: &[SearchRates]) -> Result<Option<GallerySummary>, MetricsError> {
    if searched.is_empty() {
        return Ok(None);
    }
    let probes: Vec<_> = searched.iter().flat_map(|s| s.searched.iter().copied()).collect();
    let all = l2face_metrics::Search::new(&probes)?;
    let rank = |&rank: &usize| Ok(RankRate { rank, rate: all.rank_k(rank)? });
    let mean = |i: usize| searched.iter().map(|s| s.result.tpir[i].tpir).sum::<f64>() / searched.len() as f64;
    Ok(Some(GallerySummary {
        ranks: RANKS.iter().map(rank).collect::<Result<_, MetricsError>>()?,
        tpir: FPIRS.iter().enumerate().map(|(i, &fpir)| (fpir, mean(i))).collect(),
    }))
}

fn in_part<'a>(protocol: &'a IjbBc, part: &'a str) -> impl Fn(MetricsError) -> EvalError + 'a {
    move |source| EvalError::Rate { part: format!("{} {part}", protocol.set), source }
}
