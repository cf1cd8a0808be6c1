//! Convolution: fast against composed, both against a slow loop, finite differences and PyTorch.
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::{compose, conv2d};
use proptest::prelude::*;

/// Sizes of one convolution.
#[derive(Clone, Copy, Debug)]
struct Case {
    x: [usize; 4],
    w: [usize; 4],
    stride: usize,
    padding: usize,
}

impl Case {
    fn vars(&self, dtype: DType) -> Result<(Var, Var)> {
        Ok((var(1, &self.x, dtype)?, var(2, &self.w, dtype)?))
    }

    /// Output, gradient of the input, gradient of the weights.
    fn run(&self, dtype: DType, op: impl Fn(&Tensor, &Tensor) -> Result<Tensor>) -> Result<[Tensor; 3]> {
        let (x, w) = self.vars(dtype)?;
        let y = op(&x, &w)?;
        let grads = weighted_sum(&y)?.backward()?;
        let grad = |v: &Var| grads.get(v).cloned().expect("both inputs get a gradient");
        Ok([y, grad(&x), grad(&w)])
    }
}

/// y[n,o,i,j] = sum x[n,c,i s + a - p, j s + b - p] w[o,c,a,b], and both gradients of
/// sum(y * dy), by the definition.
fn slow(case: &Case) -> Result<[Tensor; 3]> {
    let ([n, c, h, w], [o, _, kh, kw]) = (case.x, case.w);
    let (s, p) = (case.stride, case.padding);
    let (oh, ow) = ((h + 2 * p - kh) / s + 1, (w + 2 * p - kw) / s + 1);
    let (xs, ws) = (values(&formula(1, &case.x))?, values(&formula(2, &case.w))?);
    let dy = values(&formula(3, &[n, o, oh, ow]))?;
    let (mut y, mut dx, mut dw) = (vec![0.; dy.len()], vec![0.; xs.len()], vec![0.; ws.len()]);
    for (at, (y, dy)) in y.iter_mut().zip(&dy).enumerate() {
        let (image, out, i, j) = (at / (o * oh * ow), at / (oh * ow) % o, at / ow % oh, at % ow);
        for tap in 0..c * kh * kw {
            let (channel, a, b) = (tap / (kh * kw), tap / kw % kh, tap % kw);
            let (row, column) = (i * s + a, j * s + b);
            if row < p || row >= h + p || column < p || column >= w + p {
                continue;
            }
            let from = ((image * c + channel) * h + row - p) * w + column - p;
            let weight = out * c * kh * kw + tap;
            *y += xs[from] * ws[weight];
            dx[from] += dy * ws[weight];
            dw[weight] += dy * xs[from];
        }
    }
    let tensor = |v: Vec<f64>, shape: &[usize]| Tensor::from_vec(v, shape, &Device::Cpu);
    Ok([tensor(y, &[n, o, oh, ow])?, tensor(dx, &case.x)?, tensor(dw, &case.w)?])
}

fn check(case: &Case) -> Result<()> {
    let (s, p) = (case.stride, case.padding);
    let slow = slow(case)?;
    let runs = [
        ("fast f32", 1e-5, case.run(DType::F32, |x, w| conv2d(x, w, s, p))?),
        ("composed f32", 2e-5, case.run(DType::F32, |x, w| compose::conv2d(x, w, s, p))?),
        ("composed f64", 1e-12, case.run(DType::F64, |x, w| conv2d(x, w, s, p))?),
    ];
    for (run, tolerance, got) in &runs {
        for ((name, want), got) in ["y", "dx", "dw"].iter().zip(&slow).zip(got) {
            let difference = relative_error(got, want)?;
            assert!(difference <= *tolerance, "{run} {name} of {case:?}: {difference}");
        }
    }
    Ok(())
}

fn cases() -> impl Strategy<Value = Case> {
    let sizes = (1usize..8, 1usize..20, 1usize..12, 1usize..12, 1usize..12);
    (sizes, 1usize..6, 1usize..6, 1usize..4, 0usize..4)
        .prop_map(|((n, c, o, h, w), kh, kw, stride, padding)| Case {
            x: [n, c, h, w],
            w: [o, c, kh, kw],
            stride,
            padding,
        })
        .prop_filter("the kernel must fit", |case| {
            case.x[2] + 2 * case.padding >= case.w[2] && case.x[3] + 2 * case.padding >= case.w[3]
        })
}

proptest! {
    #![proptest_config(cases_of(500))]

    #[test]
    fn random_shapes_agree_with_the_definition(case in cases()) {
        check(&case).map_err(|e| TestCaseError::fail(e.to_string()))?;
    }
}

#[test]
fn the_layers_of_the_networks_agree_with_the_definition() -> Result<()> {
    // Large maps are cut into bands of rows, small ones are grouped across images, and the gradient of
    // the weights is cut by channel and by image: sizes on both sides of each choice, and odd ones.
    for (x, w, stride, padding) in [
        ([3, 3, 48, 48], [12, 3, 3, 3], 1, 0),
        ([2, 12, 46, 45], [5, 12, 3, 3], 1, 1),
        ([17, 9, 6, 6], [7, 9, 3, 3], 1, 1),
        ([13, 20, 4, 5], [6, 20, 3, 3], 1, 0),
        ([2, 3, 112, 113], [2, 3, 3, 3], 2, 1),
        ([5, 16, 17, 16], [4, 16, 1, 1], 2, 0),
        ([9, 33, 7, 7], [3, 33, 5, 5], 1, 2),
        ([3, 37, 30, 29], [11, 37, 1, 1], 1, 0),
        ([3, 7, 30, 29], [40, 7, 1, 1], 1, 0),
        ([9, 5, 6, 6], [40, 5, 1, 1], 1, 0),
        ([9, 5, 6, 6], [48, 5, 3, 3], 1, 0),
        ([6, 8, 9, 9], [70, 8, 1, 1], 2, 0),
        ([13, 20, 7, 6], [24, 20, 3, 3], 2, 1),
    ] {
        check(&Case { x, w, stride, padding })?;
    }
    Ok(())
}

#[test]
fn composed_gradients_are_the_finite_differences() -> Result<()> {
    for (x, w, stride, padding) in
        [([2, 2, 4, 5], [3, 2, 3, 3], 1, 1), ([1, 2, 5, 6], [2, 2, 3, 2], 2, 1), ([1, 1, 4, 4], [2, 1, 1, 1], 3, 1)]
    {
        let case = Case { x, w, stride, padding };
        let (x, w) = case.vars(DType::F64)?;
        let f = |t: &[&Tensor]| weighted_sum(&conv2d(t[0], t[1], stride, padding)?);
        assert_finite_differences(&[&x, &w], f, 1e-8)?;
    }
    Ok(())
}

/// ```python
/// x = formula(1, 2, 3, 5, 6).requires_grad_(); w = formula(2, 4, 3, 3, 3).requires_grad_()
/// y = F.conv2d(x, w, stride=2, padding=1); (y * formula(3, *y.shape)).sum().backward()
/// show(y); show(x.grad); show(w.grad)    # the first four numbers, their sum, the sum of their squares
/// ```
#[test]
fn pytorch_agrees() -> Result<()> {
    let case = Case { x: [2, 3, 5, 6], w: [4, 3, 3, 3], stride: 2, padding: 1 };
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-9)] {
        let [y, dx, dw] = case.run(dtype, |x, w| conv2d(x, w, 2, 1))?;
        assert_summary(&y, [-0.5992, 1.3916, -1.026, -0.5356], -5.7232, 74.75485504, tolerance);
        assert_summary(&dx, [0.0176, 0.6592, 0.2868, 1.4804], -1.3972, 99.36982672, tolerance);
        assert_summary(&dw, [0.4356, -1.468, -0.0692, 2.1336], -10.3016, 116.2811194, tolerance);
    }
    Ok(())
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() -> Result<()> {
    for (x, w, padding) in
        [([7, 3, 40, 40], [12, 3, 3, 3], 0), ([19, 24, 9, 9], [20, 24, 3, 3], 1), ([5, 40, 24, 24], [16, 40, 3, 3], 1)]
    {
        let case = Case { x, w, stride: 1, padding };
        let run = |threads| -> Result<Vec<Vec<u32>>> {
            let run = || case.run(DType::F32, |x, w| conv2d(x, w, 1, padding));
            with_threads(threads, run)?.iter().map(bits).collect()
        };
        let one = run(1)?;
        assert_eq!(one, run(2)?);
        assert_eq!(one, run(5)?);
    }
    Ok(())
}

#[test]
fn strided_inputs_weights_and_gradients_are_taken() -> Result<()> {
    for dtype in [DType::F32, DType::F64] {
        let x = var(1, &[6, 5, 3, 2], dtype)?; // used as (2, 3, 5, 6)
        let w = var(2, &[3, 4, 3, 3], dtype)?; // used as (4, 3, 3, 3)
        let f = |x: Tensor, w: Tensor| -> Result<Tensor> {
            let y = conv2d(&x, &w, 1, 0)?; // (2, 4, 3, 4)
            weighted_sum(&y.permute((3, 1, 0, 2))?)
        };
        let strided = |x: &Tensor, w: &Tensor| f(x.permute((3, 2, 1, 0))?, w.transpose(0, 1)?);
        let copied =
            |x: &Tensor, w: &Tensor| f(x.permute((3, 2, 1, 0))?.contiguous()?, w.transpose(0, 1)?.contiguous()?);
        let a = gradients(&[&x, &w], |t| strided(t[0], t[1]))?;
        let b = gradients(&[&x, &w], |t| copied(t[0], t[1]))?;
        assert!(difference(&a[0], &b[0])? <= 1e-6 && difference(&a[1], &b[1])? <= 1e-6);
    }
    Ok(())
}

#[test]
fn an_untracked_input_gets_no_gradient() -> Result<()> {
    let x = formula(1, &[1, 2, 4, 4]).to_dtype(DType::F32)?;
    let w = var(2, &[2, 2, 3, 3], DType::F32)?;
    let grads = conv2d(&x, &w, 1, 0)?.sum_all()?.backward()?;
    assert!(grads.get(&x).is_none() && grads.get(&w).is_some());
    Ok(())
}

#[test]
fn wrong_shapes_are_named() {
    let message = |x: &[usize], w: &[usize], stride, padding| {
        let x = formula(1, x);
        conv2d(&x, &formula(2, w), stride, padding).expect_err("must fail").to_string()
    };
    assert!(message(&[1, 2, 4, 4], &[1, 3, 3, 3], 1, 0).contains("2 channels"));
    assert!(message(&[1, 2, 4, 4], &[1, 2, 7, 3], 1, 1).contains("does not fit"));
    assert!(message(&[1, 2, 4, 4], &[1, 2, 3, 3], 0, 1).contains("stride"));
    assert!(message(&[0, 2, 4, 4], &[1, 2, 3, 3], 1, 1).contains("positive"));
    assert!(message(&[2, 4, 4], &[1, 2, 3, 3], 1, 1).contains("rank"));
}
