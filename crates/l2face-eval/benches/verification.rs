//! 1:1 verification at the size of IJB-C, from templates to the table: scores of all comparisons, then TAR at FAR 1e-6 to 1e-1.
//!
//! ```sh
//! python crates/l2face-eval/benches/peer_verification.py FOLDER    # makes the input, measures numpy and scikit-learn, then this side
//! cargo bench -p l2face-eval --bench verification -- FOLDER [THREADS]
//! ```
//! FOLDER has `templates.f32` (rows of 512), `pairs.u32` (two rows each) and `genuine.u8` (0 or 1). Numbers in docs/performance.md.
use std::time::Instant;

use l2face_eval::{score_pairs, UnitRows};
use l2face_metrics::{FarMode, ScoreSet};

const DIM: usize = 512;

/// The process's value of a field of /proc/self/status, in MiB.
fn memory(field: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|l| l.trim_matches(|c: char| !c.is_ascii_digit()).parse::<f64>().ok()).unwrap_or(0.) / 1024.
}

fn numbers<T, const N: usize>(folder: &str, file: &str, of: fn([u8; N]) -> T) -> Vec<T> {
    let bytes = std::fs::read(format!("{folder}/{file}")).expect("a file of the peer's");
    bytes.chunks_exact(N).map(|b| of(b.try_into().expect("N bytes"))).collect()
}

fn pair(bytes: [u8; 8]) -> (u32, u32) {
    let half = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    (half(0), half(4))
}

fn split(scores: Vec<f64>, genuine: &[u8]) -> (Vec<f64>, Vec<f64>) {
    let of = |kind| scores.iter().zip(genuine).filter(move |(_, g)| **g == kind).map(|(s, _)| *s).collect();
    (of(1), of(0))
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let Some(folder) = arguments.next() else {
        println!("verification: no FOLDER given, see the top of the file");
        return;
    };
    let threads = arguments.next().and_then(|a| a.parse().ok()).unwrap_or(2);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("the first pool");
    let templates = UnitRows::from_data(DIM, numbers(&folder, "templates.f32", f32::from_le_bytes)).expect("rows");
    let (pairs, genuine) = (numbers(&folder, "pairs.u32", pair), numbers(&folder, "genuine.u8", |[b]| b));
    let loaded = memory("VmRSS:");
    let start = Instant::now();
    let scores = score_pairs(&templates, &pairs);
    let scored = start.elapsed().as_secs_f64();
    let (same, other) = split(scores, &genuine);
    let set = ScoreSet::new(same, other).expect("scores");
    for exponent in (1..=6).rev() {
        let far = 10f64.powi(-exponent);
        let [insightface, conservative] =
            [FarMode::Insightface, FarMode::Conservative].map(|mode| set.tar_at_far(far, mode).expect("a rate").tar);
        println!("FAR {far:.0e} TAR {insightface:.6} conservative {conservative:.6}");
    }
    let (took, peak) = (start.elapsed().as_secs_f64(), memory("VmHWM:"));
    println!(
        "l2face {took:.2} s ({scored:.2} s scores), {loaded:.0} MiB loaded, {peak:.0} MiB peak, {threads} threads"
    );
}
