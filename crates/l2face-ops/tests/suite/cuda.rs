//! The composed path on a GPU against the CPU: cargo test --release --features cuda -- --ignored
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::*;

/// Every operation in one small network; the loss, all gradients, and one updated weight.
fn run(device: &Device) -> Result<Vec<Tensor>> {
    let var = |seed, shape: &[usize]| Var::from_tensor(&formula(seed, shape).to_dtype(DType::F32)?.to_device(device)?);
    let x = var(1, &[4, 3, 13, 12])?;
    let (w1, w2) = (var(2, &[6, 3, 3, 3])?, var(4, &[5, 6, 3, 3])?);
    let (b, a) = (var(5, &[6])?, var(6, &[6])?);
    let (gamma, beta) = (var(7, &[5])?, var(8, &[5])?);
    let (w3, w4, b4) = (var(10, &[5, 1, 3, 3])?, var(11, &[9, 45])?, var(12, &[9])?);
    let running = RunningStats { mean: var(9, &[5])?, var: Var::ones(5, DType::F32, device)? };
    let y = bias_prelu(&conv2d(&x, &w1, 1, 1)?, &b, &a)?;
    let y = conv2d(&max_pool2d(&y, 2, 2)?, &w2, 2, 1)?;
    let y = batch_norm(&y, &gamma, &beta, &running, BatchNormConfig::default(), true)?;
    let y = add_relu(&y, &conv2d_grouped(&y, &w3, 1, 1, 5)?)?;
    let y = max_pool2d_padded(&y, 3, 1, 1)?;
    let y = l2_normalize(&y.flatten_from(1)?, 1e-6)?;
    let labels = Tensor::new(&[0u32, 7, 3, 3], device)?;
    let loss = linear_cross_entropy(&(y * 10.)?, &w4, Some(&b4), &labels, LogitBudget::default())?;
    let grads = loss.backward()?;
    let mut out = vec![loss.clone(), running.mean.as_detached_tensor(), running.var.as_detached_tensor()];
    for v in [&x, &w1, &w2, &w3, &w4, &b, &a, &b4, &gamma, &beta] {
        let grad = grads.get(v).expect("every variable gets a gradient");
        sgd_step(v, grad, &Var::zeros(v.shape(), DType::F32, device)?, 0.1, 0.9, 5e-4)?;
        out.extend([grad.clone(), v.as_detached_tensor()]);
    }
    out.iter().map(|t| t.to_device(&Device::Cpu)).collect()
}

/// The same network on the CPU, so that it is known to run before a GPU sees it.
#[test]
fn the_network_runs_on_the_cpu() -> Result<()> {
    run(&Device::Cpu).map(|out| assert_eq!(out.len(), 23))
}

#[cfg(feature = "cuda")]
#[test]
#[ignore = "needs a CUDA device"]
fn cuda_agrees_with_the_cpu() -> Result<()> {
    let (cpu, gpu) = (run(&Device::Cpu)?, run(&Device::new_cuda(0)?)?);
    for (i, (gpu, cpu)) in gpu.iter().zip(&cpu).enumerate() {
        let difference = difference(gpu, cpu)?;
        assert!(difference < 1e-4, "tensor {i}: {difference}");
    }
    Ok(())
}
