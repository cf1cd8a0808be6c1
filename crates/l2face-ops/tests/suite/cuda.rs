//! The composed path on a GPU against the CPU: cargo test --release --features cuda -- --ignored
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::{batch_norm, bias_prelu, conv2d, cross_entropy, max_pool2d, sgd_step, BatchNormConfig, RunningStats};

/// Every operation in one small network; the loss, all gradients, and one updated weight.
fn run(device: &Device) -> Result<Vec<Tensor>> {
    let var = |seed, shape: &[usize]| Var::from_tensor(&formula(seed, shape).to_dtype(DType::F32)?.to_device(device)?);
    let x = var(1, &[4, 3, 13, 12])?;
    let (w1, w2) = (var(2, &[6, 3, 3, 3])?, var(4, &[5, 6, 3, 3])?);
    let (b, a) = (var(5, &[6])?, var(6, &[6])?);
    let (gamma, beta) = (var(7, &[5])?, var(8, &[5])?);
    let running = RunningStats { mean: var(9, &[5])?, var: Var::ones(5, DType::F32, device)? };
    let y = bias_prelu(&conv2d(&x, &w1, 1, 1)?, &b, &a)?;
    let y = conv2d(&max_pool2d(&y, 2, 2)?, &w2, 2, 1)?;
    let y = batch_norm(&y, &gamma, &beta, &running, BatchNormConfig::default(), true)?;
    let y = l2face_ops::l2_normalize(&y.flatten_from(1)?, 1e-6)?;
    let labels = Tensor::new(&[0u32, 7, 3, 3], device)?;
    let loss = cross_entropy(&(y * 10.)?, &labels)?;
    let grads = loss.backward()?;
    let mut out = vec![loss.clone(), running.mean.as_detached_tensor(), running.var.as_detached_tensor()];
    for v in [&x, &w1, &w2, &b, &a, &gamma, &beta] {
        let grad = grads.get(v).expect("every variable gets a gradient");
        sgd_step(v, grad, &Var::zeros(v.shape(), DType::F32, device)?, 0.1, 0.9, 5e-4)?;
        out.extend([grad.clone(), v.as_detached_tensor()]);
    }
    out.iter().map(|t| t.to_device(&Device::Cpu)).collect()
}

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
