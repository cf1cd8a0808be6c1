//! Every network at its published size on a GPU against the CPU, in training and in evaluation:
//! cargo test --release -p l2face-backbone --features cuda -- --ignored cuda
use crate::full_size::config;
use crate::measure::{limit, run_on};
use crate::smooth::Fixture;
use candle_core::{DType, Device, Result};
use l2face_backbone::BackboneConfig;

/// How many times PyTorch's own f32 error a GPU's may be. The CPU, which it is compared with, has its own share ([`limit`]).
const GPU: f64 = 3.;

/// The weights keep every activation off its kink (see smooth.rs), so that a sign is nobody's accident.
fn check(name: &str, device: &Device) -> Result<Vec<String>> {
    let (config, fixture) = (config(name)?, Fixture::read(name));
    let on = |device: &Device| {
        let weights = fixture.clone();
        let start = move |name: &str, shape: &[usize]| weights.start(name, shape);
        run_on(device, &config, (&fixture.images[0], &fixture.shape), DType::F32, start)
    };
    let (gpu, cpu) = (on(device)?, on(&Device::Cpu)?);
    let (mut misses, limit) = (Vec::new(), limit(&config)? + GPU);
    let modes = [("training", gpu.training, cpu.training), ("evaluation", gpu.evaluation, cpu.evaluation)];
    for ((mode, gpu, cpu), theirs) in modes.into_iter().zip(fixture.f32) {
        // The output, all gradients, those behind the last max pooling, of their norms.
        let errors = fixture.errors(gpu, cpu)?;
        let report = format!("{name}, {mode}: {errors:?}, PyTorch's f32 error {theirs:?}, limit {limit} times");
        println!("{report}");
        if !errors.iter().zip(theirs).all(|(error, theirs)| *error <= limit * theirs) {
            misses.push(report);
        }
    }
    Ok(misses)
}

#[test]
#[ignore = "needs a CUDA device"]
fn cuda_agrees_with_the_cpu_in_every_network() -> Result<()> {
    let device = Device::new_cuda(0)?;
    let small = ["face-resnet-small", "face-resnet-photos"];
    let mut misses = Vec::new();
    for name in small.into_iter().chain(BackboneConfig::names()) {
        misses.extend(check(name, &device)?);
    }
    assert!(misses.is_empty(), "{misses:#?}");
    Ok(())
}
