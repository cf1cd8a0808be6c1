//! GFLOP/s of the convolution's forward pass and of its two gradients, per layer.
//!
//! cargo run --release -p l2face-ops --example conv_speed
//!
//! Rates are per second of wall clock and per second of process CPU time (Linux), which says more on a
//! shared machine.
use candle_core::{Device, Result, Tensor, Var};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Batch, channels in, channels out, side, padding.
const LAYERS: [(usize, usize, usize, usize, usize); 10] = [
    (64, 3, 12, 48, 0),
    (64, 12, 24, 46, 0),
    (64, 24, 24, 22, 1),
    (64, 24, 48, 22, 0),
    (64, 48, 48, 10, 1),
    (64, 48, 96, 10, 0),
    (64, 96, 96, 4, 1),
    (64, 128, 128, 6, 1),
    (16, 64, 64, 56, 1),
    (16, 256, 256, 14, 1),
];

fn main() -> Result<()> {
    println!("layer                     forward       gradient of x  gradient of w   (GFLOP/s wall, per CPU second)");
    for (n, c, o, side, padding) in LAYERS {
        let x = Tensor::rand(-1f32, 1., (n, c, side, side), &Device::Cpu)?;
        let w = Tensor::rand(-1f32, 1., (o, c, 3, 3), &Device::Cpu)?;
        let (xv, wv) = (Var::from_tensor(&x)?, Var::from_tensor(&w)?);
        let out = side + 2 * padding - 2;
        let flop = 2. * (n * o * out * out * c * 9) as f64;
        let conv = |x: &Tensor, w: &Tensor| l2face_ops::conv2d(x, w, 1, padding);
        let forward = time(|| conv(&x, &w).map(drop))?;
        let (of_x, of_w) = (conv(&xv, &w)?, conv(&x, &wv)?);
        let dx = time(|| of_x.backward().map(drop))?;
        let dw = time(|| of_w.backward().map(drop))?;
        let rates =
            [forward, dx, dw].map(|(wall, cpu)| format!("{:6.1} {:6.1}  ", flop / wall / 1e9, flop / cpu / 1e9));
        println!("{n:3} x {c:3} -> {o:3}, {side:2}x{side:2} p{padding}  {}", rates.concat());
    }
    Ok(())
}

/// Seconds of wall clock and CPU time of one call: best of several rounds.
fn time(mut f: impl FnMut() -> Result<()>) -> Result<(f64, f64)> {
    f()?;
    let mut best = (f64::INFINITY, f64::INFINITY);
    for _ in 0..4 {
        let (start, cpu, mut calls) = (Instant::now(), cpu_seconds(), 0.);
        while start.elapsed().as_secs_f64() < 0.12 {
            f()?;
            calls += 1.;
        }
        best.0 = start.elapsed().as_secs_f64().min(best.0 * calls) / calls;
        best.1 = (cpu_seconds() - cpu).min(best.1 * calls) / calls;
    }
    Ok(best)
}

/// CPU time of this process's threads so far; 0 where /proc is absent.
fn cpu_seconds() -> f64 {
    let nanoseconds = |task: std::fs::DirEntry| -> Option<f64> {
        let stat = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        stat.split(' ').next()?.parse().ok()
    };
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    tasks.flatten().filter_map(nanoseconds).sum::<f64>() / 1e9
}
