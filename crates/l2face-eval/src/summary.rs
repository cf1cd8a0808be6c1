//! Mean and deviation of everything over the splits.

use l2face_metrics::mean_std;

use crate::result::{MeanStd, RankSummary, RocSummary, SplitResult, Summary, TarSummary, TpirSummary};

pub(crate) fn summarise(splits: &[SplitResult]) -> Summary {
    let Some(first) = splits.first() else {
        return Summary { tar: Vec::new(), ranks: Vec::new(), tpir: Vec::new() };
    };
    Summary {
        tar: (0..first.verify.tar.len()).map(|i| tar(splits, i)).collect(),
        ranks: (0..first.search.ranks.len()).map(|i| rank(splits, i)).collect(),
        tpir: (0..first.search.tpir.len()).map(|i| tpir(splits, i)).collect(),
    }
}

pub(crate) fn summarise_roc(far: Vec<f64>, splits: &[SplitResult]) -> RocSummary {
    let points: Vec<MeanStd> = (0..far.len()).map(|i| over(splits, |s| s.verify.roc[i])).collect();
    let (mean, std) = points.iter().map(|p| (p.mean, p.std)).unzip();
    RocSummary { far, mean, std }
}

fn tar(splits: &[SplitResult], i: usize) -> TarSummary {
    TarSummary {
        far: splits[0].verify.tar[i].far,
        conservative: over(splits, |s| s.verify.tar[i].conservative),
        interp: over(splits, |s| s.verify.tar[i].interp),
        named: splits[0].verify.tar[i].named.map(|_| over(splits, |s| s.verify.tar[i].tar())),
        k_zero_splits: splits.iter().filter(|s| s.verify.tar[i].k_zero).count(),
    }
}

fn rank(splits: &[SplitResult], i: usize) -> RankSummary {
    RankSummary { rank: splits[0].search.ranks[i].rank, rate: over(splits, |s| s.search.ranks[i].rate) }
}

fn tpir(splits: &[SplitResult], i: usize) -> TpirSummary {
    TpirSummary {
        fpir: splits[0].search.tpir[i].target,
        tpir: over(splits, |s| s.search.tpir[i].tpir),
        k_zero_splits: splits.iter().filter(|s| s.search.tpir[i].k_zero).count(),
    }
}

fn over(splits: &[SplitResult], value: impl Fn(&SplitResult) -> f64) -> MeanStd {
    let (mean, std) = mean_std(&splits.iter().map(value).collect::<Vec<_>>());
    MeanStd { mean, std }
}
