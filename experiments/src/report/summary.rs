//! From the runs of the seeds to a row: means and deviations.

use anyhow::{ensure, Context, Result};

use l2face_eval::{GRID_LOWEST, GRID_PER_DECADE};
use l2face_metrics::{log_grid, mean_std};

use super::row::{NormBin, Roc, Row, RowId, SeedRun, SplitResult, Stat, Summary, TarSummary};

/// The most points kept of a loss curve.
const MAX_LOSS_POINTS: usize = 200;

/// The false accept rates of [`Roc`]: the grid of `l2face_eval::evaluate`.
pub fn roc_grid() -> Vec<f64> {
    log_grid(GRID_LOWEST, GRID_PER_DECADE)
}

impl Row {
    /// Makes a row of the runs of its seeds.
    ///
    /// # Errors
    /// No seed, no split, seeds that differ in their splits or in their operating points, or a
    /// ROC that is not on [`roc_grid`].
    pub fn from_seeds(id: RowId, runs: &[SeedRun], norm_quality: Option<Vec<NormBin>>) -> Result<Self> {
        let mean = summarise(runs).with_context(|| format!("row {}", id.name))?;
        let roc = mean_roc(runs).with_context(|| format!("row {}", id.name))?;
        Ok(Self {
            name: id.name,
            label: id.label,
            alpha: id.alpha,
            alpha_trained: id.alpha_trained,
            alpha_final: runs.iter().filter_map(|r| r.alpha_final).collect(),
            learning_rate: id.learning_rate,
            per_seed: runs.iter().map(|r| r.result.clone()).collect(),
            mean,
            loss_curve: thin(&runs[0].loss_curve),
            roc,
            norm_quality,
            norm_tar: Vec::new(),
        })
    }
}

fn summarise(runs: &[SeedRun]) -> Result<Summary> {
    let first = runs.first().context("no seed was run")?;
    let shape = first.result.splits.first().context("no split was run")?;
    for run in runs {
        same_shape(&first.result.splits, &run.result.splits).with_context(|| format!("seed {}", run.result.seed))?;
    }
    let over = |get: &dyn Fn(&SplitResult) -> f64| stat(runs, get);
    let tar = (0..shape.tar.len())
        .map(|i| TarSummary {
            far: shape.tar[i].far,
            conservative: over(&|s| s.tar[i].conservative),
            interp: over(&|s| s.tar[i].interp),
            k_zero_splits: k_zero_splits(&first.result.splits, i),
        })
        .collect();
    let rank = (0..shape.rank.len()).map(|i| (shape.rank[i].k, over(&|s| s.rank[i].rate))).collect();
    let tpir = (0..shape.tpir.len()).map(|i| (shape.tpir[i].fpir, over(&|s| s.tpir[i].rate))).collect();
    Ok(Summary { tar, rank, tpir })
}

fn k_zero_splits(splits: &[SplitResult], i: usize) -> usize {
    splits.iter().filter(|s| s.tar[i].k_zero).count()
}

/// Every split of every seed must have the operating points of the first split of the first.
fn same_shape(first: &[SplitResult], other: &[SplitResult]) -> Result<()> {
    let points = |s: &SplitResult| {
        let far: Vec<f64> = s.tar.iter().map(|c| c.far).collect();
        let ranks: Vec<usize> = s.rank.iter().map(|c| c.k).collect();
        let fpir: Vec<f64> = s.tpir.iter().map(|c| c.fpir).collect();
        (far, ranks, fpir)
    };
    ensure!(first.len() == other.len(), "{} splits, the first seed has {}", other.len(), first.len());
    for (a, b) in first.iter().zip(other) {
        ensure!(a.split == b.split, "split {} in the place of split {}", b.split, a.split);
        ensure!(points(b) == points(&first[0]), "split {} has other operating points", b.split);
    }
    Ok(())
}

/// The rates of the splits averaged over the seeds, then their mean and deviation.
fn stat(runs: &[SeedRun], get: &dyn Fn(&SplitResult) -> f64) -> Stat {
    let by_seed: Vec<Vec<f64>> = runs.iter().map(|r| r.result.splits.iter().map(get).collect()).collect();
    let (mean, std) = mean_std(&seed_average(&by_seed));
    let seed_means: Vec<f64> = by_seed.iter().map(|s| mean_std(s).0).collect();
    let seed_std = (runs.len() > 1).then(|| mean_std(&seed_means).1);
    Stat { mean, std, seed_std }
}

/// `by_seed[seed][split]` to one value per split.
fn seed_average(by_seed: &[Vec<f64>]) -> Vec<f64> {
    (0..by_seed[0].len()).map(|split| by_seed.iter().map(|s| s[split]).sum::<f64>() / by_seed.len() as f64).collect()
}

fn mean_roc(runs: &[SeedRun]) -> Result<Roc> {
    let far = roc_grid();
    for run in runs {
        ensure!(
            run.roc.len() == run.result.splits.len() && run.roc.iter().all(|r| r.len() == far.len()),
            "seed {}: one ROC of {} points is needed for each split",
            run.result.seed,
            far.len()
        );
    }
    let (mut mean, mut std) = (Vec::new(), Vec::new());
    for point in 0..far.len() {
        let by_seed: Vec<Vec<f64>> = runs.iter().map(|r| r.roc.iter().map(|split| split[point]).collect()).collect();
        let (m, s) = mean_std(&seed_average(&by_seed));
        mean.push(m);
        std.push(s);
    }
    Ok(Roc { far, mean, std })
}

/// At most [`MAX_LOSS_POINTS`] points, evenly spaced, with the first and the last.
pub(super) fn thin(curve: &[[f64; 2]]) -> Vec<[f64; 2]> {
    if curve.len() <= MAX_LOSS_POINTS {
        return curve.to_vec();
    }
    let last = curve.len() - 1;
    (0..MAX_LOSS_POINTS).map(|i| curve[i * last / (MAX_LOSS_POINTS - 1)]).collect()
}
