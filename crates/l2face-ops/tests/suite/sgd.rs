//! The optimiser step.
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::sgd_step;

/// ```python
/// p = formula(1, 5).requires_grad_(); o = torch.optim.SGD([p], lr=.1, momentum=.9, weight_decay=5e-4)
/// for s in (2, 3): p.grad = formula(s, 5); o.step()
/// print(p.tolist())
/// ```
#[test]
fn two_steps_are_pytorchs() -> Result<()> {
    for (dtype, tolerance) in [(DType::F32, 1e-6), (DType::F64, 1e-12)] {
        let p = var(1, &[5], dtype)?;
        let v = Var::zeros(5, dtype, &Device::Cpu)?;
        for seed in [2, 3] {
            let grad = formula(seed, &[5]).to_dtype(dtype)?;
            sgd_step(&p, &grad, &v, 0.1, 0.9, 5e-4)?;
        }
        let want = Tensor::new(
            &[-0.63948970195f64, -0.11419330010000002, 0.61310310175, -0.49751770145000007, 0.027778700399999915],
            &Device::Cpu,
        )?;
        assert!(difference(&p, &want)? <= tolerance);
    }
    Ok(())
}

#[test]
fn long_and_strided_gradients_follow_the_formula() -> Result<()> {
    let (w, v) = (var(1, &[300, 257], DType::F32)?, var(2, &[300, 257], DType::F32)?);
    let (w0, v0) = (values(&w)?, values(&v)?);
    let grad = formula(3, &[257, 300]).to_dtype(DType::F32)?.t()?;
    let g = values(&grad)?;
    sgd_step(&w, &grad, &v, 0.5, 0.75, 0.125)?;
    let (w, v) = (values(&w)?, values(&v)?);
    for i in 0..w.len() {
        let velocity = 0.75 * v0[i] + g[i] + 0.125 * w0[i];
        assert!((v[i] - velocity).abs() < 1e-6, "velocity {i}");
        assert!((w[i] - (w0[i] - 0.5 * velocity)).abs() < 1e-6, "weight {i}");
    }
    Ok(())
}

#[test]
fn mismatches_are_refused() -> Result<()> {
    let (p, v) = (var(1, &[5], DType::F32)?, var(1, &[5], DType::F32)?);
    let short = formula(1, &[4]).to_dtype(DType::F32)?;
    let error = sgd_step(&p, &short, &v, 0.1, 0.9, 0.).expect_err("shape");
    assert!(error.to_string().contains("shapes differ"));
    let error = sgd_step(&p, &p.zeros_like()?, &p, 0.1, 0.9, 0.).expect_err("same variable");
    assert!(error.to_string().contains("its own"));
    let wide = p.zeros_like()?.to_dtype(DType::F64)?;
    assert!(sgd_step(&p, &wide, &v, 0.1, 0.9, 0.).is_err());
    Ok(())
}
