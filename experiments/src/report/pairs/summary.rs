//! From the runs of the seeds to a row.

use anyhow::{ensure, Context, Result};
use l2face_metrics::mean_std;

use super::super::row::{NormBin, RowId, Stat};
use super::super::summary::thin;
use super::schema::{PairRow, PairTar, SeedPairs};

/// What the runner hands over for one seed of a row.
pub struct PairRun {
    /// Kept in the file.
    pub measured: SeedPairs,
    /// facenet's VAL of each fold.
    pub val_folds: Vec<f64>,
    /// Alpha at the end of training.
    pub alpha_final: Option<f64>,
    /// (step, smoothed loss), any length.
    pub loss_curve: Vec<[f64; 2]>,
}

impl PairRow {
    /// Makes a row of the runs of its seeds.
    ///
    /// # Errors
    /// No seed; seeds that differ in their folds or rates.
    pub fn from_seeds(id: RowId, runs: &[PairRun], norm_quality: Option<Vec<NormBin>>) -> Result<Self> {
        let first = runs.first().context("no seed was run")?;
        let seeds: Vec<&SeedPairs> = runs.iter().map(|r| &r.measured).collect();
        let mean = |of: &dyn Fn(&SeedPairs) -> f64| mean_std(&seeds.iter().map(|s| of(s)).collect::<Vec<_>>()).0;
        let accuracy: Vec<&[f64]> = seeds.iter().map(|s| s.accuracy.folds.as_slice()).collect();
        let val: Vec<&[f64]> = runs.iter().map(|r| r.val_folds.as_slice()).collect();
        let ends = [0, 1].map(|end| mean(&|s| s.accuracy.interval[end]));
        Ok(Self {
            id,
            alpha_final: runs.iter().filter_map(|r| r.alpha_final).collect(),
            accuracy: stat(&accuracy)?,
            accuracy_interval: ends,
            tar: tars(&seeds)?,
            val: stat(&val)?,
            eer: mean(&|s| s.rates.eer),
            auc: mean(&|s| s.rates.auc),
            per_seed: seeds.into_iter().cloned().collect(),
            loss_curve: thin(&first.loss_curve),
            norm_quality,
        })
    }

    /// Each fold's accuracy in percent, averaged over the seeds.
    pub fn folds(&self) -> Vec<f64> {
        let all: Vec<&[f64]> = self.per_seed.iter().map(|s| s.accuracy.folds.as_slice()).collect();
        average(&all)
    }
}

/// Mean over seeds and folds, deviation over the folds of the seeds' average, and over the seeds of the folds' average.
fn stat(seeds: &[&[f64]]) -> Result<Stat> {
    let folds = seeds.first().map_or(0, |s| s.len());
    ensure!(folds > 0 && seeds.iter().all(|s| s.len() == folds), "two seeds differ in their folds");
    let (mean, std) = mean_std(&average(seeds));
    let of_seeds: Vec<f64> = seeds.iter().map(|s| mean_std(s).0).collect();
    Ok(Stat { mean, std, seed_std: (seeds.len() > 1).then(|| mean_std(&of_seeds).1) })
}

fn average(seeds: &[&[f64]]) -> Vec<f64> {
    let folds = seeds.iter().map(|s| s.len()).min().unwrap_or(0);
    (0..folds).map(|i| seeds.iter().map(|s| s[i]).sum::<f64>() / seeds.len() as f64).collect()
}

fn tars(seeds: &[&SeedPairs]) -> Result<Vec<PairTar>> {
    let fars = |s: &SeedPairs| -> Vec<f64> { s.rates.tar.iter().map(|t| t.far).collect() };
    ensure!(seeds.iter().all(|s| fars(s) == fars(seeds[0])), "two seeds differ in their false accept rates");
    let n = seeds.len() as f64;
    let of = |i: usize| {
        let at = || seeds.iter().map(move |s| &s.rates.tar[i]);
        PairTar {
            far: seeds[0].rates.tar[i].far,
            tar: at().map(|t| t.tar).sum::<f64>() / n,
            interval: [0, 1].map(|end| at().map(|t| t.interval[end]).sum::<f64>() / n),
            by_identity: by_identity(seeds, i),
            k_zero: at().any(|t| t.k_zero),
        }
    };
    Ok((0..seeds[0].rates.tar.len()).map(of).collect())
}

/// The means of the ends of the `i`-th interval; none where a seed lacks it.
fn by_identity(seeds: &[&SeedPairs], i: usize) -> Option<[f64; 2]> {
    let all: Option<Vec<_>> = seeds.iter().map(|s| s.by_identity.get(i)).collect();
    let all = all.filter(|all| !all.is_empty())?;
    let n = all.len() as f64;
    Some([all.iter().map(|b| b.low).sum::<f64>() / n, all.iter().map(|b| b.high).sum::<f64>() / n])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviations_are_over_folds_of_the_seeds_average() {
        let s = stat(&[&[90., 94.], &[92., 100.]]).unwrap();
        assert_eq!((s.mean, s.std), (94., 3.), "folds 91 and 97");
        assert_eq!(s.seed_std, Some(2.), "seeds 92 and 96");
        assert_eq!(stat(&[&[1., 2.]]).unwrap().seed_std, None);
        assert!(stat(&[&[1., 2.], &[1.]]).is_err());
        assert!(stat(&[]).is_err());
    }
}
