//! Images per second and GFLOP/s of a training step (forward and backward) of each configuration.
//!
//! cargo run --release -p l2face-backbone --example train_speed [small|photos|paper [BATCH]]
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::{ModuleT, VarBuilder, VarMap};
use l2face_backbone::{FaceResNet, FaceResNetConfig};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let wanted = args.next();
    let batch = args.next().and_then(|b| b.parse().ok()).unwrap_or(64);
    for (name, config) in [
        ("small", FaceResNetConfig::small(48, 48)),
        ("photos", FaceResNetConfig::photos(48, 48)),
        ("paper", FaceResNetConfig::paper(112, 96)),
    ] {
        if wanted.as_deref().unwrap_or("small") == name || wanted.as_deref() == Some("all") {
            measure(name, &config, batch)?;
        }
    }
    Ok(())
}

fn measure(name: &str, config: &FaceResNetConfig, batch: usize) -> Result<()> {
    let vars = VarMap::new();
    let vb = VarBuilder::from_varmap(&vars, DType::F32, &Device::Cpu);
    let net = FaceResNet::new(config, vb)?;
    let x = Tensor::rand(-1f32, 1., (batch, 3, config.height, config.width), &Device::Cpu)?;
    let step = || net.forward_t(&x, true)?.sqr()?.mean_all()?.backward();
    step()?;
    let (mut wall, mut cpu) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..8 {
        let (start, before) = (Instant::now(), cpu_seconds());
        step()?;
        step()?;
        wall = wall.min(start.elapsed().as_secs_f64() / 2.);
        cpu = cpu.min((cpu_seconds() - before) / 2.);
    }
    let gflop = 6e-9 * config.multiply_adds()? as f64 * batch as f64;
    println!(
        "{name}: {} parameters, batch {batch}, {:.0} ms a step ({:.0} ms of CPU): {:.0} images/s, {:.0} GFLOP/s, {:.0} per CPU second",
        config.parameters()?, wall * 1e3, cpu * 1e3, batch as f64 / wall, gflop / wall, gflop / cpu,
    );
    Ok(())
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
