//! How long IJB-C's 1:1 table takes: 19,557 genuine and 15,638,932 impostor scores, sorted, as a table in every mode and as a whole curve.
//! `ijbc_scale.py` beside it does the same with numpy and scikit-learn.
//!
//!     cargo run --release -p l2face-metrics --example ijbc_scale
use std::hint::black_box;
use std::time::Instant;

use l2face_metrics::{FarMode, MetricsError, ScoreHistogram, ScoreSet};

const GENUINE: u64 = 19_557;
const IMPOSTOR: u64 = 15_638_932;
const FARS: [f64; 6] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];

fn main() -> Result<(), MetricsError> {
    let (genuine, impostor) = (scores(1, GENUINE, 0.6, 0.15), scores(2, IMPOSTOR, 0.0, 0.1));
    let (g, i) = (genuine.clone(), impostor.clone());
    let set = timed("check and sort", || ScoreSet::new(g, i))?;
    for (name, mode) in FarMode::NAMES {
        let table =
            || FARS.iter().map(|&far| Ok(set.tar_at_far(far, *mode)?.tar)).collect::<Result<Vec<_>, MetricsError>>();
        println!("  {name}: {:.6?}", timed("table", table)?);
    }
    let roc = timed("whole curve", || set.roc());
    println!("  {} points", roc.len());
    drop(black_box(roc));
    println!("  {:.9} {:.9}", timed("auc", || set.auc()), timed("eer", || set.eer()));
    let mut histogram = ScoreHistogram::new(-1.0, 1.0, 1 << 16)?;
    timed("histogram, one thread", || {
        genuine.iter().try_for_each(|&s| histogram.add_genuine(s))?;
        impostor.iter().try_for_each(|&s| histogram.add_impostor(s))
    })?;
    let bounds = histogram.tar_at_far(1e-4)?;
    println!("  TAR at 1e-4 in [{:.6}, {:.6}]", bounds.tar_low, bounds.tar_high);
    Ok(())
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    println!("{what}: {:.3} s", start.elapsed().as_secs_f64());
    result
}

/// Bell-shaped: the mean of twelve uniform numbers (splitmix64), scaled.
fn scores(seed: u64, n: u64, centre: f64, spread: f64) -> Vec<f64> {
    let one = |i: u64| {
        let sum: f64 = (0..12).map(|k| uniform((seed << 40) + i * 12 + k)).sum();
        (centre + spread * (sum - 6.0)).clamp(-1.0, 1.0)
    };
    (0..n).map(one).collect()
}

fn uniform(n: u64) -> f64 {
    let z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / 2f64.powi(53)
}
