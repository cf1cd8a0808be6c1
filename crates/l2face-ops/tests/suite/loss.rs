//! Cross-entropy and row normalisation.
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::{compose, cross_entropy, l2_normalize};

fn labels(labels: &[u32]) -> Result<Tensor> {
    Tensor::new(labels, &Device::Cpu)
}

/// ```python
/// x = formula(1, 3, 4).requires_grad_(); l = F.cross_entropy(10 * x, torch.tensor([2, 0, 3])); l.backward()
/// print(l.item()); show(x.grad)
/// ```
#[test]
fn cross_entropy_is_pytorchs() -> Result<()> {
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-9)] {
        let x = var(1, &[3, 4], dtype)?;
        let t = labels(&[2, 0, 3])?;
        let loss = cross_entropy(&(x.as_tensor() * 10.)?, &t)?;
        assert!((values(&loss)?[0] - 6.735448624943911).abs() <= 10. * tolerance);
        let g = gradients(&[&x], |x| cross_entropy(&(x[0] * 10.)?, &t))?;
        let dx = &g[0];
        assert_summary(
            dx,
            [1.244668418e-06, 0.002036258153, -0.002046699746, 9.196924768e-06],
            -1.776356839e-15,
            44.3043278,
            tolerance,
        );
    }
    Ok(())
}

#[test]
fn cross_entropy_fast_and_composed_agree() -> Result<()> {
    let x = var(1, &[7, 33], DType::F32)?;
    let t = labels(&[0, 32, 5, 6, 7, 8, 31])?;
    let fast = gradients(&[&x], |x| cross_entropy(x[0], &t)? * 3.)?;
    let slow = gradients(&[&x], |x| compose::cross_entropy(x[0], &t)? * 3.)?;
    assert!(difference(&fast[0], &slow[0])? <= 1e-6);
    assert!(difference(&cross_entropy(&x, &t)?, &compose::cross_entropy(&x, &t)?)? <= 1e-6);
    Ok(())
}

#[test]
fn cross_entropy_finite_differences() -> Result<()> {
    let (x, t) = (var(1, &[3, 4], DType::F64)?, labels(&[1, 1, 3])?);
    assert_finite_differences(&[&x], |x| cross_entropy(x[0], &t), 1e-8)
}

#[test]
fn large_logits_do_not_overflow() -> Result<()> {
    for dtype in [DType::F32, DType::F64] {
        let x = Tensor::new(&[[1e4f64, -1e4, 0.], [-1e4, -1e4, -1e4]], &Device::Cpu)?;
        let x = Var::from_tensor(&x.to_dtype(dtype)?)?;
        let t = labels(&[1, 2])?;
        let want = (2e4 + 3f64.ln()) / 2.;
        assert!((values(&cross_entropy(&x, &t)?)?[0] - want).abs() < 1e-2);
        let g = values(&gradients(&[&x], |x| cross_entropy(x[0], &t))?[0])?;
        let want = [0.5, -0.5, 0., 1. / 6., 1. / 6., -1. / 3.];
        assert!(g.iter().zip(want).all(|(g, w)| (g - w).abs() < 1e-6), "{g:?}");
    }
    Ok(())
}

#[test]
fn wrong_labels_are_refused() -> Result<()> {
    let x = formula(1, &[2, 3]).to_dtype(DType::F32)?;
    let message = |t: Result<Tensor>| match cross_entropy(&x, &t?) {
        Ok(_) => candle_core::bail!("accepted"),
        Err(error) => Ok(error.to_string()),
    };
    assert!(message(labels(&[0, 3]))?.contains("label 3 is not below the 3 classes"));
    assert!(message(labels(&[0, 1, 2]))?.contains("u32 labels (N)"));
    assert!(message(Tensor::new(&[0i64, 1], &Device::Cpu))?.contains("u32 labels (N)"));
    Ok(())
}

/// ```python
/// x = formula(1, 3, 4).requires_grad_(); y = F.normalize(x, eps=1e-6); (y * formula(3, 3, 4)).sum().backward()
/// show(y); show(x.grad)
/// ```
#[test]
fn normalize_is_pytorchs() -> Result<()> {
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-9)] {
        let x = var(1, &[3, 4], dtype)?;
        let y = l2_normalize(&x, 1e-6)?;
        let g = gradients(&[&x], |x| weighted_sum(&l2_normalize(x[0], 1e-6)?))?;
        let dx = &g[0];
        assert_summary(&y, [-0.6508140266, -0.03337507829, 0.58406387, -0.4839386352], -0.5600824166, 3., tolerance);
        assert_summary(
            dx,
            [-0.4130897848, 0.3271148024, -0.618122064, -0.2130344909],
            1.079920712,
            2.322853834,
            tolerance,
        );
    }
    Ok(())
}

#[test]
fn normalize_finite_differences() -> Result<()> {
    let x = var(1, &[3, 4], DType::F64)?;
    assert_finite_differences(&[&x], |x| weighted_sum(&l2_normalize(x[0], 1e-6)?), 1e-7)
}

#[test]
fn a_zero_row_stays_zero_and_its_gradient_is_finite() -> Result<()> {
    for dtype in [DType::F32, DType::F64] {
        let x = Tensor::new(&[[0f64, 0.], [3., 4.]], &Device::Cpu)?.to_dtype(dtype)?;
        let x = Var::from_tensor(&x)?;
        let y = values(&l2_normalize(&x, 1e-6)?)?;
        assert!((y[2] - 0.6).abs() < 1e-6 && (y[3] - 0.8).abs() < 1e-6);
        assert_eq!(y[..2], [0., 0.]);
        let g = values(&gradients(&[&x], |x| l2_normalize(x[0], 1e-6)?.sum_all())?[0])?;
        assert!(g.iter().all(|v| v.is_finite()));
        assert!((g[0] / 1e6 - 1.).abs() < 1e-5, "upstream / eps, got {}", g[0]);
        // (g - y (y.g)) / |x| with g = (1, 1): (1 - 0.6 * 1.4, 1 - 0.8 * 1.4) / 5
        assert!((g[2] - 0.032).abs() < 1e-6 && (g[3] + 0.024).abs() < 1e-6);
    }
    Ok(())
}

#[test]
fn normalize_refuses_other_ranks_and_a_useless_eps() {
    assert!(l2_normalize(&formula(1, &[3]), 1e-6).is_err());
    assert!(l2_normalize(&formula(1, &[3, 2]), 0.).is_err());
    assert!(l2_normalize(&formula(1, &[3, 2]), f64::NAN).is_err());
}
