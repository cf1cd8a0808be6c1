//! Made-up results for the tests.

use std::collections::BTreeMap;

use super::*;
use crate::paper;

/// Rows of the paper's shape: softmax, alphas below, at and above the bound, trained.
pub(super) fn results() -> Results {
    let rows = [
        ("softmax", None, 0.55),
        ("l2:8", Some(8.0), 0.26),
        ("l2:12", Some(12.0), 0.62),
        ("l2:16", Some(16.0), 0.73),
        ("l2:24", Some(24.0), 0.74),
        ("l2:trained", Some(11.7), 0.70),
    ];
    Results {
        schema: SCHEMA,
        experiment: "ijba".to_owned(),
        weights: None,
        data: data(),
        config: serde_json::json!({"b": 1, "a": {"c": 0.5}}),
        alpha_lower_bound: Bound { classes: 13403, p: 0.9, value: 11.7 },
        alignment: Alignment {
            train: BTreeMap::from([("five points".to_owned(), 6300), ("box".to_owned(), 46)]),
            eval: BTreeMap::from([("five points".to_owned(), 1900), ("eyes".to_owned(), 17)]),
            rejected_points: 3,
            dropped_train: 2,
            dropped_eval: 1,
        },
        failures: Failures { faces: 1, ..Failures::default() },
        rows: rows.map(|(n, a, t)| row(n, a, t)).to_vec(),
        paper: paper::ijba_ms_small(),
        warnings: vec!["alpha 8 is below the lower bound 11.70".to_owned()],
    }
}

fn data() -> DataInfo {
    DataInfo {
        kind: DataKind::Generated,
        name: "generated IJB-A".to_owned(),
        train_name: "generated people".to_owned(),
        train_people: 13403,
        train_images: 40000,
        eval_faces: 1917,
        seeds: vec![1, 2, 3],
        selection_seed: Some(100),
        statement: DataInfo::GENERATED.to_owned(),
        command: "cargo xtask reproduce ijba".to_owned(),
    }
}

/// A row with `tar` at 1e-4, three seeds and ten splits.
pub(super) fn row(name: &str, alpha: Option<f64>, tar: f64) -> Row {
    let trained = name == "l2:trained";
    let id = RowId {
        name: name.to_owned(),
        label: match (alpha, trained) {
            (_, true) => "alpha trained".to_owned(),
            (Some(a), _) => format!("alpha {a}"),
            _ => name.to_owned(),
        },
        alpha,
        alpha_trained: trained,
        learning_rate: 0.1,
    };
    let runs: Vec<SeedRun> = [1, 2, 3].map(|seed| run(seed, alpha, tar)).to_vec();
    let bins = (alpha.is_none()).then(norm_bins);
    Row::from_seeds(id, &runs, bins).unwrap()
}

/// One seed; splits and seeds differ a little, and splits 1 to 6 have too few impostors for 1e-4.
pub(super) fn run(seed: u64, alpha: Option<f64>, tar: f64) -> SeedRun {
    let splits: Vec<SplitResult> = (1..=10).map(|s| split(seed, s, tar)).collect();
    let roc = splits.iter().map(|s| roc(s.tar[0].conservative)).collect();
    SeedRun {
        result: SeedResult {
            seed,
            final_loss: 0.1 + seed as f64 / 100.0,
            earlier_loss: 0.12 + seed as f64 / 100.0,
            splits,
        },
        alpha_final: alpha.map(|a| a + 3.0),
        loss_curve: (0..1000).map(|i| [f64::from(i), 7.0 * (-f64::from(i) / 150.0).exp() + 0.1]).collect(),
        roc,
    }
}

fn split(seed: u64, split: usize, tar: f64) -> SplitResult {
    let shift = (split as f64 - 5.5) / 100.0 + (seed as f64 - 2.0) / 50.0;
    let cell = |i: usize| {
        let rate = tar + shift + (0.98 - tar) * [0.0, 0.4, 0.8, 0.98][i];
        TarCell {
            far: paper::FARS[i],
            conservative: rate.min(1.0),
            interp: (rate + 0.001).min(1.0),
            k_zero: i == 0 && split <= 6,
        }
    };
    SplitResult {
        split,
        genuine: 1700,
        impostor: 9000,
        tar: (0..4).map(cell).collect(),
        rank: [1, 5, 10].map(|k| RankCell { k, rate: 0.8 + k as f64 / 100.0 }).to_vec(),
        tpir: [0.01, 0.1].map(|fpir| TpirCell { fpir, rate: tar + fpir, k_zero: false }).to_vec(),
    }
}

/// A smooth ROC through `tar` at 1e-4 and 1 at 1.
fn roc(tar: f64) -> Vec<f64> {
    let rise = |far: &f64| 1.0 - (1.0 - tar) * (-far.log10() / 4.0).powf(1.5);
    roc_grid().iter().map(rise).collect()
}

fn norm_bins() -> Vec<NormBin> {
    let bin = |i: u32| {
        let norm = 12.0 + 2.0 * f64::from(i);
        NormBin {
            quality_lo: f64::from(i) / 10.0,
            quality_hi: f64::from(i + 1) / 10.0,
            n: 100,
            mean_norm: norm,
            p25: norm - 2.0,
            p75: norm + 2.5,
        }
    };
    (0..10).map(bin).collect()
}
