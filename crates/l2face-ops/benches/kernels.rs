//! Single kernels, forward and backward: `cargo bench -p l2face-ops`. Whole steps against PyTorch are `cargo xtask bench`.
#![allow(missing_docs)]
use candle_core::{Device, Result, Tensor, Var};
use criterion::{criterion_group, criterion_main, Criterion};
use l2face_ops::{
    add_relu, batch_norm_prelu, conv2d, conv2d_batch_norm, conv2d_bias_prelu, conv2d_grouped,
    linear_cross_entropy_backward, max_pool2d, sgd_step, BatchNormConfig, ConvStep, LogitBudget, Norm, RunningStats,
};
use std::hint::black_box;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn random(shape: &[usize]) -> Var {
    Var::rand(-1f32, 1., shape, &Device::Cpu).expect("random numbers")
}

/// `f` alone, and with the gradients of its sum.
fn both(c: &mut Criterion, name: &str, f: impl Fn() -> Result<Tensor>) {
    c.bench_function(&format!("{name}/forward"), |b| b.iter(|| black_box(f().expect("forward"))));
    let step = || f()?.sum_all()?.backward();
    c.bench_function(&format!("{name}/forward+backward"), |b| b.iter(|| black_box(step().expect("backward"))));
}

fn convolutions(c: &mut Criterion) {
    for (channels, size) in [(64, 56), (128, 28), (256, 14), (512, 7)] {
        let (x, w) = (random(&[16, channels, size, size]), random(&[channels, channels, 3, 3]));
        both(c, &format!("conv2d 3x3 {channels}x{size}x{size}"), || conv2d(&x, &w, 1, 1));
        let one = random(&[channels, channels, 1, 1]);
        both(c, &format!("conv2d 1x1 {channels}x{size}x{size}"), || conv2d(&x, &one, 1, 0));
        let grouped = random(&[channels, channels / 32, 3, 3]);
        both(c, &format!("conv2d 3x3 32 groups {channels}x{size}x{size}"), || conv2d_grouped(&x, &grouped, 1, 1, 32));
        both(c, &format!("max_pool2d 2/2 {channels}x{size}x{size}"), || max_pool2d(&x, 2, 2));
    }
}

fn fused(c: &mut Criterion) {
    for (channels, size) in [(64, 56), (256, 14)] {
        let (x, w) = (random(&[16, channels, size, size]), random(&[channels, channels, 3, 3]));
        let [weight, bias, slope] = [0; 3].map(|_| random(&[channels]));
        let running = RunningStats { mean: random(&[channels]), var: random(&[channels]) };
        let config = BatchNormConfig::default();
        let norm = Norm { weight: &weight, bias: &bias, slope: Some(&slope), running: &running, config };
        let step = ConvStep { stride: 1, padding: 1, groups: 1 };
        both(c, &format!("conv2d_bias_prelu 3x3 {channels}x{size}x{size}"), || {
            conv2d_bias_prelu(&x, &w, &bias, &slope, 1, 1)
        });
        both(c, &format!("conv2d_batch_norm 3x3 {channels}x{size}x{size}"), || {
            conv2d_batch_norm(&x, &w, step, norm, true)
        });
        both(c, &format!("batch_norm_prelu {channels}x{size}x{size}"), || {
            batch_norm_prelu(&x, &weight, &bias, &slope, &running, config, true)
        });
        let other = random(&[16, channels, size, size]);
        both(c, &format!("add_relu {channels}x{size}x{size}"), || add_relu(&x, &other));
    }
    let [var, gradient, speed] = [0; 3].map(|_| random(&[1 << 20]));
    c.bench_function("sgd_step of 2^20 numbers", |b| {
        b.iter(|| sgd_step(&var, &gradient, &speed, 1e-9, 0.9, 5e-4).expect("a step"));
    });
}

fn classifier(c: &mut Criterion) {
    let (x, w) = (random(&[64, 512]), random(&[10_000, 512]));
    let labels = Tensor::arange(0u32, 64, &Device::Cpu).expect("labels");
    for (name, budget) in [("kept", LogitBudget::KEEP), ("blockwise", LogitBudget::BLOCKWISE)] {
        c.bench_function(&format!("classifier 512 -> 10,000, batch 64, {name}"), |b| {
            b.iter(|| black_box(linear_cross_entropy_backward(&x, &w, None, &labels, budget).expect("a step")));
        });
    }
}

criterion_group!(kernels, convolutions, fused, classifier);
criterion_main!(kernels);
