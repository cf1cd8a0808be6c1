//! PReLU and its fusion with a bias.
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::{bias_prelu, compose, prelu};

const SHAPES: [&[usize]; 4] = [&[3, 2, 2, 3], &[2, 5, 7, 9], &[4, 3], &[1, 1, 1, 17]];

#[test]
fn fast_and_composed_agree() -> Result<()> {
    for shape in SHAPES {
        let channels = [shape[1]];
        let x = var(1, shape, DType::F32)?;
        let (b, a) = (var(2, &channels, DType::F32)?, var(5, &channels, DType::F32)?);
        let fast = gradients(&[&x, &b, &a], |t| weighted_sum(&bias_prelu(t[0], t[1], t[2])?))?;
        let slow = gradients(&[&x, &b, &a], |t| weighted_sum(&compose::bias_prelu(t[0], t[1], t[2])?))?;
        assert!(difference(&bias_prelu(&x, &b, &a)?, &compose::bias_prelu(&x, &b, &a)?)? <= 1e-6);
        for (fast, slow) in fast.iter().zip(&slow) {
            assert!(difference(fast, slow)? <= 1e-5);
        }
    }
    Ok(())
}

#[test]
fn finite_differences() -> Result<()> {
    for shape in [SHAPES[0], SHAPES[2]] {
        // Off the grid of 0.02 that bias and input share, so that no sum is at the kink.
        let x = Var::from_tensor(&(formula(1, shape) + 0.007)?)?;
        let (b, a) = (var(2, &[shape[1]], DType::F64)?, var(5, &[shape[1]], DType::F64)?);
        let f = |t: &[&Tensor]| weighted_sum(&bias_prelu(t[0], t[1], t[2])?);
        assert_finite_differences(&[&x, &b, &a], f, 1e-8)?;
    }
    Ok(())
}

/// ```python
/// x = formula(1, 3, 2, 2, 3).requires_grad_(); b = formula(2, 2).requires_grad_(); a = formula(5, 2).requires_grad_()
/// y = F.prelu(x + b.view(1, 2, 1, 1), a); (y * formula(3, *y.shape)).sum().backward()
/// show(y); show(x.grad); print(b.grad.tolist(), a.grad.tolist())
/// ```
#[test]
fn pytorch_agrees() -> Result<()> {
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-9)] {
        let x = var(1, &[3, 2, 2, 3], dtype)?;
        let (b, a) = (var(2, &[2], dtype)?, var(5, &[2], dtype)?);
        let y = bias_prelu(&x, &b, &a)?;
        let g = gradients(&[&x, &b, &a], |t| weighted_sum(&bias_prelu(t[0], t[1], t[2])?))?;
        assert_summary(&y, [-0.134, -0.06, 0.14, -0.114], 2.6008, 5.90004768, tolerance);
        assert_summary(&g[0], [-0.034, 0.04, -0.88, -0.014], -2.912, 8.8926, tolerance);
        let small = Tensor::new(&[-3.468f64, 0.5560000000000005, 0.1144, 1.176], &Device::Cpu)?;
        assert!(difference(&Tensor::cat(&[&g[1], &g[2]], 0)?, &small)? <= tolerance);
    }
    Ok(())
}

#[test]
fn zero_takes_the_slope() -> Result<()> {
    for dtype in [DType::F32, DType::F64] {
        let x = Var::zeros((1, 1, 1, 2), dtype, &Device::Cpu)?;
        let slope = Tensor::new(&[0.25f64], &Device::Cpu)?.to_dtype(dtype)?;
        let g = gradients(&[&x], |t| prelu(t[0], &slope)?.sum_all())?;
        assert_eq!(values(&g[0])?, [0.25, 0.25]);
    }
    Ok(())
}

#[test]
fn strided_inputs_and_gradients_are_taken() -> Result<()> {
    let x = var(1, &[3, 5, 2, 4], DType::F32)?;
    let (b, a) = (var(2, &[4], DType::F32)?, var(5, &[4], DType::F32)?);
    let f = |x: Tensor| weighted_sum(&bias_prelu(&x, &b, &a)?.permute((2, 3, 0, 1))?);
    let strided = gradients(&[&x], |t| f(t[0].permute((0, 3, 1, 2))?))?;
    let copied = gradients(&[&x], |t| f(t[0].permute((0, 3, 1, 2))?.contiguous()?))?;
    assert_eq!(values(&strided[0])?, values(&copied[0])?);
    Ok(())
}

#[test]
fn parameters_of_another_length_are_refused() {
    let (x, two) = (formula(1, &[2, 3, 4, 4]), formula(1, &[2]));
    let error = prelu(&x, &two).expect_err("must fail").to_string();
    assert!(error.contains("(C)"), "{error}");
}
