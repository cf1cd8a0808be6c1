//! One step of the classifier: `cargo run --release -p l2face-ops --example classifier_speed -- BATCH CLASSES keep|blockwise STEPS`.
//! The figures for docs come from `cargo xtask bench`; this is for a profiler.
use candle_core::{Device, Result, Tensor, Var};
use l2face_ops::{l2_normalize, linear_cross_entropy_backward, LogitBudget};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let arg = |i: usize, default: &str| std::env::args().nth(i).unwrap_or(default.into());
    let number = |i, default| arg(i, default).parse::<usize>().expect("a number");
    let (batch, classes, steps) = (number(1, "256"), number(2, "58207"), number(4, "5"));
    let budget = if arg(3, "keep") == "keep" { LogitBudget::KEEP } else { LogitBudget::BLOCKWISE };
    let x = Var::rand(-1f32, 1., (batch, 512), &Device::Cpu)?;
    let w = Var::rand(-0.05f32, 0.05, (classes, 512), &Device::Cpu)?;
    let labels: Vec<u32> = (0..batch).map(|i| (i * 7919 % classes) as u32).collect();
    let labels = Tensor::from_vec(labels, batch, &Device::Cpu)?;
    for _ in 0..steps {
        let start = Instant::now();
        let z = (l2_normalize(&x, 1e-6)? * 16.)?;
        let (loss, grads) = linear_cross_entropy_backward(&z, &w, None, &labels, budget)?;
        assert!(grads.get(&x).is_some() && grads.get(&w).is_some());
        println!("loss {:.5} in {:.3} s", loss.to_scalar::<f32>()?, start.elapsed().as_secs_f64());
    }
    Ok(())
}
