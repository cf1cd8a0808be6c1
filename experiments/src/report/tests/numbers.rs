use super::super::fixture::{results, row, run};
use super::super::*;

fn id() -> RowId {
    RowId { name: "x".to_owned(), label: "x".to_owned(), alpha: None, alpha_trained: false, learning_rate: 0.1 }
}

/// One seed whose only rate is `tar`, one split per value.
fn tiny(seed: u64, tar: &[f64]) -> SeedRun {
    let split = |(i, rate): (usize, &f64)| SplitResult {
        split: i + 1,
        tar: vec![TarCell { far: 1e-3, conservative: *rate, interp: rate / 2.0, k_zero: i == 0 }],
        ..SplitResult::default()
    };
    SeedRun {
        result: SeedResult {
            seed,
            final_loss: 1.0,
            earlier_loss: 1.0,
            splits: tar.iter().enumerate().map(split).collect(),
        },
        alpha_final: None,
        loss_curve: Vec::new(),
        roc: tar.iter().map(|t| vec![*t; roc_grid().len()]).collect(),
    }
}

/// Seeds [.2 .4] and [.4 .8]: splits average to .3 and .6, seeds to .3 and .6.
#[test]
fn deviations_over_splits_and_seeds_by_hand() {
    let runs = [tiny(1, &[0.2, 0.4]), tiny(2, &[0.4, 1.0])];
    let row = Row::from_seeds(id(), &runs, None).unwrap();
    let tar = row.mean.tar[0];
    // Split means .3 and .7: mean .5, deviation .2. Seed means .3 and .7: deviation .2.
    assert!((tar.conservative.mean - 0.5).abs() < 1e-12);
    assert!((tar.conservative.std - 0.2).abs() < 1e-12);
    assert!((tar.conservative.seed_std.unwrap() - 0.2).abs() < 1e-12);
    assert!((tar.interp.mean - 0.25).abs() < 1e-12);
    assert_eq!(tar.k_zero_splits, 1);
    assert!((row.roc.mean[0] - 0.5).abs() < 1e-12 && (row.roc.std[0] - 0.2).abs() < 1e-12);
}

#[test]
fn splits_and_seeds_are_not_mixed_up() {
    let runs = [tiny(1, &[0.2, 0.4]), tiny(2, &[0.2, 0.4])];
    let tar = Row::from_seeds(id(), &runs, None).unwrap().mean.tar[0];
    assert!((tar.conservative.std - 0.1).abs() < 1e-12);
    assert_eq!(tar.conservative.seed_std, Some(0.0));
    let one = Row::from_seeds(id(), &runs[..1], None).unwrap();
    assert_eq!(one.mean.tar[0].conservative.seed_std, None);
}

#[test]
fn missing_or_unequal_runs_are_errors() {
    let error = |runs: &[SeedRun]| format!("{:#}", Row::from_seeds(id(), runs, None).unwrap_err());
    assert!(error(&[]).contains("no seed"));
    assert!(error(&[tiny(1, &[])]).contains("no split"));
    assert!(error(&[tiny(1, &[0.1, 0.2]), tiny(2, &[0.1])]).contains("seed 2"));
    let mut other = tiny(2, &[0.1]);
    other.result.splits[0].tar[0].far = 1e-2;
    assert!(error(&[tiny(1, &[0.1]), other]).contains("operating points"));
    let mut short = tiny(1, &[0.1]);
    short.roc[0].pop();
    assert!(error(&[short]).contains("ROC"));
}

#[test]
fn loss_curves_are_thinned_and_keep_their_ends() {
    let row = row("softmax", None, 0.5);
    assert_eq!(row.loss_curve.len(), 200);
    let whole = run(1, None, 0.5).loss_curve;
    assert_eq!(row.loss_curve[0], whole[0]);
    assert_eq!(row.loss_curve.last(), whole.last());
}

#[test]
fn rates_by_norm_are_averaged_over_the_seeds() {
    let bins = |tar: Option<f64>, low: f64| l2face_eval::NormBins {
        far: 0.01,
        bins: vec![l2face_eval::NormBin { low, high: 9.0, genuine: 1, impostor: 1, tar, k_zero: low > 1.0 }],
        failed_pairs: 0,
    };
    let row = |seeds: &[l2face_eval::NormBins]| row("softmax", None, 0.5).with_norm_tar(seeds);
    let both = row(&[bins(Some(0.5), 1.0), bins(Some(0.7), 2.0)]).norm_tar[0];
    assert!((both.tar.unwrap() - 0.6).abs() < 1e-12 && (both.norm_lo - 1.5).abs() < 1e-12);
    assert!(both.k_zero);
    let one = row(&[bins(Some(0.5), 1.0), bins(None, 1.0)]).norm_tar[0];
    assert_eq!((one.tar, one.k_zero), (Some(0.5), false));
    assert_eq!(row(&[bins(None, 1.0)]).norm_tar[0].tar, None);
    assert!(row(&[]).norm_tar.is_empty());
    let mut r = results();
    assert!(!markdown(&r).contains("by feature norm"));
    r.rows[0].norm_tar = vec![both; 3];
    assert!(markdown(&r).contains("| **softmax** | 0.600† (1.500 to 9.000) |"));
}

#[test]
fn the_grid_runs_from_a_ten_thousandth_to_one() {
    let grid = roc_grid();
    assert!((grid[0] / 1e-4 - 1.0).abs() < 1e-12 && grid.last() == Some(&1.0));
    assert!(grid.windows(2).all(|w| w[0] < w[1]));
}

#[test]
fn results_are_checked() {
    let broken = |change: &dyn Fn(&mut Results)| {
        let mut r = results();
        change(&mut r);
        format!("{:#}", r.check().unwrap_err())
    };
    assert!(results().check().is_ok());
    assert!(broken(&|r| r.rows.clear()).contains("no rows"));
    assert!(broken(&|r| r.rows[1].per_seed.clear()).contains("no seeds"));
    assert!(broken(&|r| r.rows[1].per_seed[0].splits.clear()).contains("without splits"));
    assert!(broken(&|r| r.rows[1].learning_rate = f64::NAN).contains("not finite"));
    assert!(broken(&|r| r.rows[1].roc.far[0] = 0.0).contains("not positive"));
    assert!(broken(&|r| r.rows[1].roc.std.clear()).contains("ROC"));
    assert!(broken(&|r| r.schema = 7).contains("schema 7"));
    assert!(broken(&|r| r.rows[1].name = "softmax".to_owned()).contains("two rows"));
    assert!(broken(&|r| _ = r.rows[1].mean.tar.pop()).contains("operating points"));
}

#[test]
fn json_reads_back_the_same_and_keeps_its_order() {
    let json = serde_json::to_string_pretty(&results()).unwrap();
    let back: Results = serde_json::from_str(&json).unwrap();
    assert!(back == results(), "floats must survive the way there and back");
    assert_eq!(serde_json::to_string_pretty(&back).unwrap(), json);
    let place = |key: &str| json.find(&format!("\n  \"{key}\"")).unwrap();
    let keys = ["schema", "experiment", "data", "config", "rows", "paper", "warnings"];
    assert!(keys.windows(2).all(|w| place(w[0]) < place(w[1])));
}
