//! Max pooling.
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::{compose, max_pool2d, max_pool2d_ceil, max_pool2d_padded};
use proptest::prelude::*;

/// Output and gradient of the input.
fn run(x: &Var, op: impl Fn(&Tensor) -> Result<Tensor>) -> Result<[Tensor; 2]> {
    let y = op(x)?;
    let grads = weighted_sum(&y)?.backward()?;
    let dx = grads.get(x).cloned().expect("the input gets a gradient");
    Ok([y, dx])
}

proptest! {
    #![proptest_config(cases_of(500))]

    #[test]
    fn fast_and_composed_agree(
        (n, c, h, w) in (1usize..4, 1usize..4, 1usize..12, 1usize..12),
        kernel in 1usize..4, stride in 1usize..4, padding in 0usize..2, levels in 2u32..100,
    ) {
        prop_assume!(h + 2 * padding >= kernel && w + 2 * padding >= kernel && 2 * padding <= kernel);
        // Few levels make many ties, which both paths must give to the first.
        let check = || -> Result<()> {
            let x = (formula(1, &[n, c, h, w]) * f64::from(levels))?.round()?;
            let x = Var::from_tensor(&x.to_dtype(DType::F32)?)?;
            let [y, dx] = run(&x, |x| max_pool2d_padded(x, kernel, stride, padding))?;
            let exact = Var::from_tensor(&x.to_dtype(DType::F64)?)?;
            let [y2, dx2] = run(&exact, |x| compose::max_pool2d(x, kernel, stride, padding))?;
            assert_eq!(values(&y)?, values(&y2)?);
            assert!(difference(&dx, &dx2)? <= 1e-6);
            Ok(())
        };
        check().map_err(|e| TestCaseError::fail(e.to_string()))?;
    }
}

proptest! {
    #![proptest_config(cases_of(500))]

    #[test]
    fn fast_and_composed_agree_with_the_last_window(
        (n, c, h, w) in (1usize..4, 1usize..4, 1usize..12, 1usize..12),
        kernel in 1usize..4, stride in 1usize..5, levels in 2u32..100,
    ) {
        prop_assume!(h >= kernel && w >= kernel);
        let check = || -> Result<()> {
            let x = (formula(1, &[n, c, h, w]) * f64::from(levels))?.round()?;
            let x = Var::from_tensor(&x.to_dtype(DType::F32)?)?;
            let [y, dx] = run(&x, |x| max_pool2d_ceil(x, kernel, stride))?;
            let exact = Var::from_tensor(&x.to_dtype(DType::F64)?)?;
            let [y2, dx2] = run(&exact, |x| compose::max_pool2d_ceil(x, kernel, stride))?;
            assert_eq!(y.dims(), [n, c, windows(h, kernel, stride), windows(w, kernel, stride)]);
            assert_eq!(values(&y)?, values(&y2)?);
            assert!(difference(&dx, &dx2)? <= 1e-6);
            Ok(())
        };
        check().map_err(|e| TestCaseError::fail(e.to_string()))?;
    }
}

/// Windows that begin inside and whose predecessor has pixels after it: those of ceil mode, counted.
fn windows(size: usize, kernel: usize, stride: usize) -> usize {
    (0..size).step_by(stride).take_while(|start| *start == 0 || start - stride + kernel < size).count()
}

#[test]
fn the_gradient_arrives_whole_at_the_largest() -> Result<()> {
    for dtype in [DType::F32, DType::F64] {
        // The last row and column are in no window.
        let x = [[1f64, 2., 7., 7., 0.], [3., 0., 7., 7., 0.], [9., 9., 9., 9., 9.]];
        let x = Tensor::new(&x, &Device::Cpu)?.reshape((1, 1, 3, 5))?;
        let x = Var::from_tensor(&x.to_dtype(dtype)?)?;
        let y = max_pool2d(&x, 2, 2)?;
        assert_eq!(values(&y)?, [3., 7.]);
        let grads = y.sum_all()?.backward()?;
        let dx = values(grads.get(&x).expect("a gradient"))?;
        let want = [0., 0., 1., 0., 0., 1., 0., 0., 0., 0., 0., 0., 0., 0., 0.];
        assert_eq!(dx, want);
    }
    Ok(())
}

#[test]
fn four_pools_keep_the_gradient_whole() -> Result<()> {
    let x = var(1, &[1, 1, 16, 16], DType::F32)?;
    let mut y = x.as_tensor().clone();
    for _ in 0..4 {
        y = max_pool2d(&y, 2, 2)?;
    }
    let grads = y.sum_all()?.backward()?;
    let dx = values(grads.get(&x).expect("a gradient"))?;
    assert_eq!(dx.iter().sum::<f64>(), 1.);
    assert_eq!(dx.iter().filter(|v| **v != 0.).count(), 1);
    Ok(())
}

#[test]
fn finite_differences() -> Result<()> {
    let x = var(1, &[1, 2, 5, 6], DType::F64)?; // its values differ by 0.02 at least, or are equal
    for (kernel, stride) in [(2, 2), (3, 2), (2, 1), (2, 3)] {
        let f = |t: &[&Tensor]| weighted_sum(&max_pool2d(t[0], kernel, stride)?);
        assert_finite_differences(&[&x], f, 1e-8)?;
        let f = |t: &[&Tensor]| weighted_sum(&max_pool2d_ceil(t[0], kernel, stride)?);
        assert_finite_differences(&[&x], f, 1e-8)?;
    }
    Ok(())
}

/// ```python
/// x = formula(1, 2, 2, 5, 6).requires_grad_()
/// y = F.max_pool2d(x, 3, 2); (y * formula(3, *y.shape)).sum().backward(); show(y); show(x.grad)
/// ```
#[test]
fn pytorch_agrees() -> Result<()> {
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-9)] {
        let x = var(1, &[2, 2, 5, 6], dtype)?;
        let [y, dx] = run(&x, |x| max_pool2d(x, 3, 2))?;
        assert_summary(&y, [0.76, 0.96, 0.82, 0.96], 13.7, 11.8972, tolerance);
        assert_summary(&dx, [0.0, 0.0, 0.0, 0.0], 0.54, 5.126, tolerance);
    }
    Ok(())
}

/// ```python
/// x = formula(1, 2, 2, 5, 6).requires_grad_()
/// y = F.max_pool2d(x, 3, 2, 1); (y * formula(3, *y.shape)).sum().backward(); show(y); show(x.grad)
/// ```
#[test]
fn pytorch_agrees_with_padding() -> Result<()> {
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-9)] {
        let x = var(1, &[2, 2, 5, 6], dtype)?;
        let [y, dx] = run(&x, |x| max_pool2d_padded(x, 3, 2, 1))?;
        assert_summary(&y, [0.36, 0.7, 0.9, 0.76], 27.32, 22.0248, tolerance);
        assert_summary(&dx, [0.0, 0.0, 0.4, 0.0], -0.54, 9.5892, tolerance);
    }
    assert!(max_pool2d_padded(&formula(1, &[1, 1, 3, 5]), 3, 2, 2).is_err(), "a window of padding alone");
    Ok(())
}

/// ```python
/// x = formula(1, 2, 2, 5, 6).requires_grad_()
/// y = F.max_pool2d(x, 3, 2, ceil_mode=True); (y * formula(3, *y.shape)).sum().backward(); show(y); show(x.grad)
/// ```
#[test]
fn pytorch_agrees_in_ceil_mode() -> Result<()> {
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-9)] {
        let x = var(1, &[2, 2, 5, 6], dtype)?;
        let [y, dx] = run(&x, |x| max_pool2d_ceil(x, 3, 2))?;
        assert_eq!(y.dims(), [2, 2, 2, 3]);
        assert_summary(&y, [0.76, 0.96, 0.96, 0.82], 21.14, 18.8204, tolerance);
        assert_summary(&dx, [0.0, 0.0, 0.0, 0.0], 0.14, 5.0476, tolerance);
    }
    Ok(())
}

#[test]
fn a_nan_is_not_hidden() -> Result<()> {
    let x = Tensor::new(&[[5f32, 1.], [f32::NAN, 2.]], &Device::Cpu)?.reshape((1, 1, 2, 2))?;
    assert!(values(&max_pool2d(&x, 2, 2)?)?[0].is_nan());
    assert!(values(&max_pool2d(&x.to_dtype(DType::F64)?, 2, 2)?)?[0].is_nan());
    Ok(())
}

#[test]
fn windows_that_do_not_fit_are_refused() {
    let x = formula(1, &[1, 1, 3, 5]);
    for (kernel, stride) in [(4, 1), (0, 1), (2, 0)] {
        for pool in [max_pool2d, max_pool2d_ceil] {
            let error = pool(&x, kernel, stride).expect_err("must fail");
            assert!(error.to_string().contains("does not fit"));
        }
    }
}
