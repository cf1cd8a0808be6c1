//! Times of exact search, f32 first pass against 8-bit first pass, and of 1:1 scoring.
//!
//! ```sh
//! cargo bench -p l2face-eval --bench search -- PROBES GALLERY DIM K [THREADS]    # default 1000 100000 128 50 2
//! python crates/l2face-eval/benches/peer_faiss.py PROBES GALLERY DIM K [THREADS]
//! ```
//! Vectors are standard normal, at unit length; a tenth of the probes are a gallery row with noise. Numbers in docs/performance.md.
use std::time::Instant;

use l2face_eval::{score_pairs, search_exact, search_quantised, QuantisedRows, UnitRows};

/// A seeded stream of normal numbers (splitmix64, Box-Muller).
struct Normal(u64);

impl Normal {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / 2f64.powi(53)
    }

    fn next(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    fn unit(&mut self, dim: usize, near: Option<&[f32]>) -> Vec<f32> {
        let noise: Vec<f64> = (0..dim).map(|_| self.next()).collect();
        let raw: Vec<f64> = match near {
            Some(v) => v.iter().zip(noise).map(|(v, n)| f64::from(*v) * (dim as f64).sqrt() + 0.7 * n).collect(),
            None => noise,
        };
        let norm = raw.iter().map(|v| v * v).sum::<f64>().sqrt();
        raw.into_iter().map(|v| (v / norm) as f32).collect()
    }
}

/// Processor seconds of this process, where /proc has them: what counts on a machine that others use.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks =
        stat.rsplit(") ").next().map(|s| s.split(' ').skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum());
    ticks.unwrap_or(0.0) / 100.0
}

/// What `work` gives, its wall time and its processor time.
fn seconds<T>(work: impl FnOnce() -> T) -> (T, f64, f64) {
    let (start, used) = (Instant::now(), processor());
    let out = work();
    (out, start.elapsed().as_secs_f64(), processor() - used)
}

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let [probes, gallery, dim, k, threads] =
        std::array::from_fn(|i| numbers.get(i).copied().unwrap_or([1000, 100_000, 128, 50, 2][i]));
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().expect("the first pool");
    let mut normal = Normal(1);
    let mut data = Vec::with_capacity(gallery * dim);
    (0..gallery).for_each(|_| data.extend(normal.unit(dim, None)));
    let mut asked = Vec::with_capacity(probes * dim);
    for i in 0..probes {
        let row = i * 7919 % gallery;
        let near = (i % 10 == 0).then(|| data[row * dim..][..dim].to_vec());
        asked.extend(normal.unit(dim, near.as_deref()));
    }
    let gallery = UnitRows::from_data(dim, data).expect("finite rows");
    let probes = UnitRows::from_data(dim, asked).expect("finite rows");
    println!("{} probes x {} rows x {dim}, top {k}, {threads} threads", probes.len(), gallery.len());
    let (small, took, _) = seconds(|| QuantisedRows::new(&gallery).expect("unit rows"));
    println!("quantise    {took:8.3} s");
    for _ in 0..3 {
        let (exact, slow, slow_cpu) = seconds(|| search_exact(&probes, &gallery, k, None).expect("a search"));
        let (quick, fast, fast_cpu) =
            seconds(|| search_quantised(&probes, &gallery, &small, k, None).expect("a search"));
        assert!(exact == quick, "the two passes must agree to the last bit");
        println!("f32         {slow:8.3} s wall {slow_cpu:8.2} s of processors");
        let (wall, cpu) = (slow / fast, slow_cpu / fast_cpu);
        println!("8-bit       {fast:8.3} s wall {fast_cpu:8.2} s of processors   {wall:.2} and {cpu:.2} times as fast, same result");
        if slow > 8.0 {
            break;
        }
    }
    let pairs: Vec<(u32, u32)> = (0..2_000_000u64)
        .map(|i| ((i * 7919 % gallery.len() as u64) as u32, (i * 104_729 % gallery.len() as u64) as u32))
        .collect();
    let (_, took, cpu) = seconds(|| score_pairs(&gallery, &pairs));
    println!("1:1         {took:8.3} s wall {cpu:8.2} s of processors for {} comparisons", pairs.len());
}
