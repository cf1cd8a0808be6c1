//! Writes a report of made-up numbers, to look at: `cargo run --release -p l2face-experiments
//! --example report_demo -- OUT`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use l2face_experiments::paper;
use l2face_experiments::report::*;

/// Name, alpha, and made-up rates at the four false accept rates.
type Made = (&'static str, Option<f64>, [f64; 4]);

const ROWS: [Made; 8] = [
    ("softmax", None, [0.410, 0.620, 0.800, 0.930]),
    ("l2:4", Some(4.0), [0.110, 0.260, 0.550, 0.900]),
    ("l2:8", Some(8.0), [0.380, 0.570, 0.770, 0.940]),
    ("l2:12", Some(12.0), [0.520, 0.680, 0.840, 0.950]),
    ("l2:16", Some(16.0), [0.550, 0.710, 0.860, 0.955]),
    ("l2:24", Some(24.0), [0.560, 0.700, 0.850, 0.955]),
    ("l2:32", Some(32.0), [0.540, 0.690, 0.860, 0.950]),
    ("l2:trained", Some(9.1), [0.500, 0.670, 0.840, 0.950]),
];

fn main() -> Result<()> {
    let out = std::env::args().nth(1).context("usage: report_demo OUT")?;
    let out = PathBuf::from(out);
    std::fs::create_dir_all(&out)?;
    let results = results()?;
    print!("{}", table(&results));
    write_all(&results, &out)?;
    write_timings(&out, &BTreeMap::from([("train".to_owned(), 12.5)]))
}

fn results() -> Result<Results> {
    let rows: Result<Vec<Row>> = ROWS.iter().map(row).collect();
    Ok(Results {
        schema: SCHEMA,
        experiment: "made-up numbers (report_demo)".to_owned(),
        weights: None,
        data: data(),
        config: serde_json::json!({"note": "made up"}),
        alpha_lower_bound: Bound { classes: 1000, p: 0.9, value: 9.1 },
        alignment: Alignment {
            train: counts(&[("five points", 39_000), ("box", 1_000)]),
            eval: counts(&[("five points", 5_120), ("three points", 310), ("eyes", 80)]),
            rejected_points: 41,
            dropped_train: 0,
            dropped_eval: 2,
        },
        failures: Failures { faces: 2, templates: 1, comparisons: 17, gallery: 0, probes: 1 },
        rows: rows?,
        paper: paper::ijba_ms_small(),
        warnings: vec!["alpha 4 is below the lower bound 9.10: training may not converge".into()],
    })
}

fn data() -> DataInfo {
    DataInfo {
        kind: DataKind::Generated,
        name: "generated faces in IJB-A's layout".to_owned(),
        train_name: "generated faces".to_owned(),
        train_people: 1000,
        train_images: 40_000,
        eval_faces: 5_512,
        seeds: vec![1, 2, 3],
        selection_seed: Some(100),
        statement: DataInfo::GENERATED.to_owned(),
        command: "cargo xtask reproduce ijba".to_owned(),
    }
}

fn counts(pairs: &[(&str, usize)]) -> BTreeMap<String, usize> {
    pairs.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect()
}

fn row(made: &Made) -> Result<Row> {
    let (name, alpha, rates) = made;
    let runs: Vec<SeedRun> = (1..=3).map(|seed| run(seed, *alpha, rates)).collect();
    let trained = name.ends_with("trained");
    let id = RowId {
        name: (*name).to_owned(),
        label: name.replace("l2:", "alpha "),
        alpha: *alpha,
        alpha_trained: trained,
        learning_rate: 0.1,
    };
    Row::from_seeds(id, &runs, Some(norm_bins()))
}

fn run(seed: u64, alpha: Option<f64>, rates: &[f64; 4]) -> SeedRun {
    let shifts: Vec<f64> = (1..=10).map(|s| wobble(seed * 31 + s)).collect();
    let splits = (1..=10).zip(&shifts).map(|(s, shift)| split(s, *shift, rates));
    let floor = alpha.map_or(0.05, |a| 4.0 / a);
    SeedRun {
        result: SeedResult {
            seed,
            final_loss: floor + 0.004 * wobble(seed),
            earlier_loss: 1.02 * floor,
            splits: splits.collect(),
        },
        alpha_final: alpha.map(|a| a + 4.0 + wobble(seed)),
        loss_curve: (0..2000).map(|i| loss(i, floor)).collect(),
        roc: shifts.iter().map(|shift| roc(*shift, rates)).collect(),
    }
}

fn loss(step: u32, floor: f64) -> [f64; 2] {
    let x = f64::from(step);
    let noise = 0.02 * wobble(u64::from(step)) * floor;
    [x, 6.9 * (-x / (150.0 + 300.0 * floor)).exp() + floor + noise]
}

fn split(split: usize, shift: f64, rates: &[f64; 4]) -> SplitResult {
    let cell = |i: usize| TarCell {
        far: paper::FARS[i],
        conservative: at(rates[i], shift),
        interp: at(rates[i], shift) + 0.002 * (1.0 - rates[i]),
        k_zero: i == 0 && split <= 6,
    };
    let rank = |k: usize| RankCell { k, rate: at(rates[2], shift) + 0.003 * k as f64 };
    let tpir = |i: usize| TpirCell { fpir: [0.01, 0.1][i], rate: at(rates[i], shift) + 0.05, k_zero: false };
    SplitResult {
        split,
        genuine: 1_700,
        impostor: 10_000,
        tar: (0..4).map(cell).collect(),
        rank: [1, 5, 10].map(rank).to_vec(),
        tpir: (0..2).map(tpir).collect(),
    }
}

fn at(rate: f64, shift: f64) -> f64 {
    rate + 0.12 * shift * (1.0 - rate)
}

/// Through the four rates and 1 at 1, straight over the logarithm.
fn roc(shift: f64, rates: &[f64; 4]) -> Vec<f64> {
    let knots = [rates[0], rates[1], rates[2], rates[3], 1.0];
    let on = |far: &f64| {
        let x = (far.log10() + 4.0).clamp(0.0, 4.0);
        let i = (x as usize).min(3);
        at(knots[i] + (knots[i + 1] - knots[i]) * (x - i as f64), shift)
    };
    roc_grid().iter().map(on).collect()
}

/// In [-1, 1), from the bits of a number.
fn wobble(n: u64) -> f64 {
    let mixed = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 40) as f64 / f64::from(1 << 23) - 1.0
}

fn norm_bins() -> Vec<NormBin> {
    let bin = |i: u32| {
        let norm = 14.0 + 1.6 * f64::from(i) + 0.5 * wobble(u64::from(i));
        NormBin {
            quality_lo: f64::from(i) / 10.0,
            quality_hi: f64::from(i + 1) / 10.0,
            n: 500,
            mean_norm: norm,
            p25: norm - 2.5,
            p75: norm + 3.0,
        }
    };
    (0..10).map(bin).collect()
}
