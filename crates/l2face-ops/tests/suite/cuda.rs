//! The composed path on a GPU against the CPU: cargo test --release --features cuda -- --ignored
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::*;

/// Every operation in one small network: the losses, all gradients, the updated weights, and what evaluation gives.
fn run(device: &Device, dtype: DType) -> Result<Vec<Tensor>> {
    let var = |seed, shape: &[usize]| Var::from_tensor(&formula(seed, shape).to_dtype(dtype)?.to_device(device)?);
    let x = var(1, &[4, 3, 13, 12])?;
    let (w1, w2) = (var(2, &[6, 3, 3, 3])?, var(4, &[5, 6, 3, 3])?);
    let (b, a) = (var(5, &[6])?, var(6, &[6])?);
    let (gamma, beta) = (var(7, &[5])?, var(8, &[5])?);
    let (w3, w4, b4) = (var(10, &[5, 1, 3, 3])?, var(11, &[9, 45])?, var(12, &[9])?);
    let running = RunningStats { mean: var(9, &[5])?, var: Var::ones(5, dtype, device)? };
    let (w5, w6) = (var(13, &[6, 6, 3, 3])?, var(14, &[5, 5, 1, 1])?);
    let y = bias_prelu(&conv2d(&x, &w1, 1, 1)?, &b, &a)?;
    let y = conv2d_bias_prelu(&y, &w5, &b, &a, 1, 1)?;
    let pooled = (max_pool2d(&y, 2, 2)? + max_pool2d_ceil(&y, 2, 2)?.narrow(2, 1, 6)?)?;
    let y = conv2d(&pooled, &w2, 2, 1)?;
    let y = batch_norm(&y, &gamma, &beta, &running, BatchNormConfig::default(), true)?;
    let y = add_relu(&y, &conv2d_grouped(&y, &w3, 1, 1, 5)?)?;
    let y = max_pool2d_padded(&y, 3, 1, 1)?;
    let slope = a.narrow(0, 0, 5)?;
    let norm = Norm {
        weight: &gamma,
        bias: &beta,
        slope: Some(&slope),
        running: &running,
        config: BatchNormConfig::default(),
    };
    let y = conv2d_batch_norm(&y, &w6, ConvStep { stride: 1, padding: 0, groups: 1 }, norm, true)?;
    let evaluated = batch_norm_prelu(&y, &gamma, &beta, &slope, &running, norm.config, false)?;
    let (folded, shift) = fold_batch_norm(&w6, &gamma, &beta, &running, norm.config.eps)?;
    let y = l2_normalize(&y.flatten_from(1)?, 1e-6)?;
    let labels = Tensor::new(&[0u32, 7, 3, 3], device)?;
    let y = (y * 10.)?;
    let loss = linear_cross_entropy(&y, &w4, Some(&b4), &labels, LogitBudget::default())?;
    let (again, direct) = linear_cross_entropy_backward(&y.detach(), &w4, Some(&b4), &labels, LogitBudget::BLOCKWISE)?;
    let grads = loss.backward()?;
    let mut out = vec![loss.clone(), again, evaluated, folded, shift];
    out.extend([running.mean.as_detached_tensor(), running.var.as_detached_tensor()]);
    out.extend(direct.get(&w4).cloned());
    for v in [&x, &w1, &w2, &w3, &w4, &w5, &w6, &b, &a, &b4, &gamma, &beta] {
        let grad = grads.get(v).expect("every variable gets a gradient");
        sgd_step(v, grad, &Var::zeros(v.shape(), dtype, device)?, 0.1, 0.9, 5e-4)?;
        out.extend([grad.clone(), v.as_detached_tensor()]);
    }
    out.iter().map(|t| t.to_device(&Device::Cpu)).collect()
}

fn assert_same(got: &[Tensor], want: &[Tensor]) -> Result<()> {
    assert_eq!((got.len(), want.len()), (32, 32));
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        let error = relative_error(got, want)?;
        assert!(error < 1e-4, "tensor {i}: {error}");
    }
    Ok(())
}

/// The same network on the CPU, by the fast and by the composed operations, so that it is right before a GPU sees it.
#[test]
fn the_network_is_the_same_by_composed_operations() -> Result<()> {
    assert_same(&run(&Device::Cpu, DType::F32)?, &run(&Device::Cpu, DType::F64)?)
}

#[cfg(feature = "cuda")]
#[test]
#[ignore = "needs a CUDA device"]
fn cuda_agrees_with_the_cpu() -> Result<()> {
    assert_same(&run(&Device::new_cuda(0)?, DType::F32)?, &run(&Device::Cpu, DType::F64)?)
}
