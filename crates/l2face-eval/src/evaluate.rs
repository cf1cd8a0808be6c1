//! IJB-A's table.

use l2face_metrics::{log_grid, FarMode, MetricsError};
use rayon::prelude::*;

use crate::norm_bins::{bin, ScoredPair};
use crate::rates::{search_rates, verify_rates, SearchInput, VerifyInput};
use crate::result::{FaceCounts, IjbaResult, SplitResult};
use crate::scoring::score;
use crate::summary::{summarise, summarise_roc};
use crate::tpe::SplitTpe;
use crate::{EvalError, FailurePolicy, Features, IjbA, Pooled, Pooler, Pooling, Split, TpeConfig, Verification};

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

/// Evaluates the embeddings of all faces (`&Embeddings`, or [`Features`] with more): 1:1 and 1:N in every split, mean and deviation
/// over them. Scores are cosines in f64, added up in one order, so the result does not depend on the number of threads.
///
/// # Errors
/// Embeddings for another number of faces; features that the pooling needs and that are not there; a split without genuine or
/// impostor comparisons, mated or non-mated probes.
pub fn evaluate<'a>(
    protocol: &IjbA,
    features: impl Into<Features<'a>>,
    pooling: &Pooling,
) -> Result<IjbaResult, EvalError> {
    evaluate_with(protocol, features, pooling, None)
}

/// Like [`evaluate`]; with a configuration of [TPE](crate::Tpe), every split's templates are embedded by a map that was trained on that
/// split's training part: on its media, pooled like templates. Faces of the training parts are among `protocol.faces`. Feature norms
/// stay those of the network.
///
/// # Errors
/// Those of [`evaluate`]; a training part that cannot be trained on ([`EvalError::Tpe`]), or that has a person who is tested.
pub fn evaluate_with<'a>(
    protocol: &IjbA,
    features: impl Into<Features<'a>>,
    pooling: &Pooling,
    tpe: Option<&TpeConfig>,
) -> Result<IjbaResult, EvalError> {
    evaluate_by(protocol, features, pooling, tpe, FarMode::Conservative)
}

/// Like [`evaluate_with`]; the table has TAR by one more rule ([`TarRow::named`](crate::TarRow)), and TPIR by the one that
/// [`FarMode::open_set`] gives. Curves are conservative always.
///
/// # Errors
/// Those of [`evaluate_with`]; too few comparisons for the rule.
pub fn evaluate_by<'a>(
    protocol: &IjbA,
    features: impl Into<Features<'a>>,
    pooling: &Pooling,
    tpe: Option<&TpeConfig>,
    mode: FarMode,
) -> Result<IjbaResult, EvalError> {
    let features = features.into();
    check_count(protocol.faces.len(), &features)?;
    let pooler = Pooler::new(features, pooling)?;
    let grid = log_grid(GRID_LOWEST, GRID_PER_DECADE);
    let (mut splits, mut pairs) = (Vec::new(), Vec::new());
    for split in &protocol.splits {
        let (result, scored) = one_split(split, &pooler, &Table { policy: features.failures, mode, grid: &grid }, tpe)?;
        splits.push(result);
        pairs.extend(scored);
    }
    Ok(IjbaResult {
        pooling: *pooling,
        failures: features.failures,
        mode,
        fpir_mode: mode.open_set(),
        tpe: tpe.copied(),
        faces: FaceCounts::of(&features),
        summary: summarise(&splits),
        roc: summarise_roc(grid, &splits),
        norm_bins: bin(pairs),
        splits,
    })
}

/// How a split's scores become rates.
struct Table<'a> {
    policy: FailurePolicy,
    mode: FarMode,
    grid: &'a [f64],
}

fn one_split(
    split: &Split,
    pooler: &Pooler<'_>,
    table: &Table<'_>,
    tpe: Option<&TpeConfig>,
) -> Result<(SplitResult, Vec<ScoredPair>), EvalError> {
    let tpe = SplitTpe::fit(split, pooler, tpe)?;
    let templates = tpe.verify(pooler.pool_all(&split.verify.templates));
    let scored = score_pairs(&split.verify, &templates);
    let failed = |templates: &[Option<Pooled>]| templates.iter().map(Option::is_none).collect::<Vec<_>>();
    let input = VerifyInput {
        failed: &failed(&templates),
        pairs: scored.iter().map(|p| (p.genuine, p.score)).collect(),
        policy: table.policy,
        mode: table.mode,
        fars: &FARS,
        grid: table.grid,
    };
    let verify = verify_rates(input).map_err(in_split(split, "1:1"))?;
    let search = |templates| tpe.search(pooler.pool_all(templates));
    let (gallery, probes) = (search(&split.search.gallery), search(&split.search.probes));
    let input = SearchInput {
        spec: &split.search,
        failed_gallery: &failed(&gallery),
        failed_probes: &failed(&probes),
        policy: table.policy,
        mode: table.mode.open_set(),
        fpirs: &FPIRS,
        ranks: &RANKS,
    };
    let search = search_rates(input, |p, g| score(&probes[p], &gallery[g]));
    let search = search.map_err(in_split(split, "1:N"))?.result;
    Ok((SplitResult { split: split.index, verify, search }, scored))
}

pub(crate) fn check_count(expected: usize, features: &Features<'_>) -> Result<(), EvalError> {
    match features.plain.len() {
        got if got == expected => Ok(()),
        got => Err(EvalError::WrongCount { got, expected }),
    }
}

/// Scores every comparison of a split, in the protocol's order.
pub(crate) fn score_pairs(verify: &Verification, templates: &[Option<Pooled>]) -> Vec<ScoredPair> {
    let norm = |t: &Option<Pooled>| t.as_ref().map(|p| p.feature_norm);
    let scored = |&(i, j): &(u32, u32)| {
        let (a, b) = (&templates[i as usize], &templates[j as usize]);
        ScoredPair {
            genuine: verify.is_genuine((i, j)),
            score: score(a, b),
            norm: norm(a).zip(norm(b)).map(|(x, y)| x.min(y)),
        }
    };
    verify.pairs.par_iter().map(scored).collect()
}

fn in_split<'a>(split: &'a Split, what: &'static str) -> impl Fn(MetricsError) -> EvalError + 'a {
    move |source| EvalError::Metrics { split: split.index, what, source }
}
