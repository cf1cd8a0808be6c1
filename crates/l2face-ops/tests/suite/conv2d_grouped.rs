//! Grouped and depthwise convolution: against one f64 convolution per group, finite differences and PyTorch.
use crate::common::*;
use candle_core::{DType, Result, Tensor, Var};
use l2face_ops::{compose, conv2d, conv2d_grouped};
use proptest::prelude::*;

/// Sizes of one convolution; `inputs` and `outputs` are those of a group.
#[derive(Clone, Copy, Debug)]
struct Case {
    batch: usize,
    groups: usize,
    inputs: usize,
    outputs: usize,
    size: [usize; 2],
    kernel: [usize; 2],
    stride: usize,
    padding: usize,
}

impl Case {
    /// Output, gradient of the input, gradient of the weights.
    fn run(&self, dtype: DType, op: impl Fn(&Tensor, &Tensor) -> Result<Tensor>) -> Result<[Tensor; 3]> {
        let [h, w] = self.size;
        let x = noise(1, &[self.batch, self.groups * self.inputs, h, w], dtype)?;
        let w = noise(2, &[self.groups * self.outputs, self.inputs, self.kernel[0], self.kernel[1]], dtype)?;
        let y = op(&x, &w)?;
        let dy = noise(3, y.dims(), dtype)?;
        let grads = (&y * dy.as_tensor())?.sum_all()?.backward()?;
        let grad = |v: &Var| grads.get(v).cloned().expect("both inputs get a gradient");
        Ok([y.detach(), grad(&x), grad(&w)])
    }

    fn one_by_one(&self, x: &Tensor, w: &Tensor) -> Result<Tensor> {
        let group = |i: usize| {
            let x = x.narrow(1, i * self.inputs, self.inputs)?;
            conv2d(&x, &w.narrow(0, i * self.outputs, self.outputs)?, self.stride, self.padding)
        };
        Tensor::cat(&(0..self.groups).map(group).collect::<Result<Vec<_>>>()?, 1)
    }

    fn check(&self) -> Result<()> {
        let (s, p, groups) = (self.stride, self.padding, self.groups);
        let want = self.run(DType::F64, |x, w| self.one_by_one(x, w))?;
        let runs = [
            ("fast f32", 1e-5, self.run(DType::F32, |x, w| conv2d_grouped(x, w, s, p, groups))?),
            ("composed f32", 1e-5, self.run(DType::F32, |x, w| compose::conv2d_grouped(x, w, s, p, groups))?),
            ("composed f64", 1e-12, self.run(DType::F64, |x, w| conv2d_grouped(x, w, s, p, groups))?),
        ];
        for (run, tolerance, got) in &runs {
            for ((name, want), got) in ["y", "dx", "dw"].iter().zip(&want).zip(got) {
                let error = relative_error(got, want)?;
                assert!(error <= *tolerance, "{run} {name} of {self:?}: {error}");
            }
        }
        Ok(())
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let sizes = (1usize..4, 2usize..6, 1usize..6, 1usize..7, [1usize..20, 1usize..20]);
    (sizes, [1usize..5, 1usize..5], 1usize..4, 0usize..4)
        .prop_map(|((batch, groups, inputs, outputs, size), kernel, stride, padding)| Case {
            batch,
            groups,
            inputs,
            outputs,
            size,
            kernel,
            stride,
            padding,
        })
        .prop_filter("the kernel must fit", |c| (0..2).all(|i| c.size[i] + 2 * c.padding >= c.kernel[i]))
}

proptest! {
    #![proptest_config(cases_of(500))]

    #[test]
    fn random_shapes_agree_with_one_convolution_per_group(case in cases()) {
        case.check().map_err(|e| TestCaseError::fail(e.to_string()))?;
    }
}

#[test]
fn layers_of_resnext_and_depthwise_layers() -> Result<()> {
    let of = |groups, inputs, outputs, size, stride| Case {
        batch: 2,
        groups,
        inputs,
        outputs,
        size: [size, size],
        kernel: [3, 3],
        stride,
        padding: 1,
    };
    for case in
        [of(32, 4, 4, 14, 1), of(32, 8, 8, 14, 2), of(32, 16, 16, 7, 1), of(24, 1, 1, 28, 1), of(12, 1, 2, 9, 2)]
    {
        case.check()?;
    }
    Ok(())
}

#[test]
fn finite_differences() -> Result<()> {
    let (x, w) = (noise(1, &[1, 4, 4, 5], DType::F64)?, noise(2, &[6, 2, 3, 2], DType::F64)?);
    assert_finite_differences(&[&x, &w], |t| weighted_sum(&conv2d_grouped(t[0], t[1], 2, 1, 2)?), 1e-8)
}

/// ```python
/// x = formula(1, 2, 6, 5, 6).requires_grad_(); w = formula(2, 9, 2, 3, 3).requires_grad_()
/// y = F.conv2d(x, w, stride=2, padding=1, groups=3); (y * formula(3, *y.shape)).sum().backward(); show(y); show(x.grad); show(w.grad)
/// ```
#[test]
fn pytorch_agrees() -> Result<()> {
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-9)] {
        let (x, w) = (var(1, &[2, 6, 5, 6], dtype)?, var(2, &[9, 2, 3, 3], dtype)?);
        let y = conv2d_grouped(&x, &w, 2, 1, 3)?;
        let grads = weighted_sum(&y)?.backward()?;
        let grad = |v: &Var| grads.get(v).expect("a gradient").clone();
        assert_summary(&y, [-1.1968, 2.1284, -0.4212, -0.52], 2.3936, 257.9596058, tolerance);
        assert_summary(&grad(&x), [0.41, 0.6244, -0.6072, 0.2464], 4.6528, 240.651032, tolerance);
        assert_summary(&grad(&w), [-0.5628, -0.8932, 0.6148, 1.3588], 7.132, 137.9590934, tolerance);
    }
    Ok(())
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() -> Result<()> {
    let case =
        Case { batch: 9, groups: 8, inputs: 4, outputs: 6, size: [31, 30], kernel: [3, 3], stride: 1, padding: 1 };
    let run = |threads| -> Result<Vec<Vec<u32>>> {
        let run = || case.run(DType::F32, |x, w| conv2d_grouped(x, w, 1, 1, 8));
        with_threads(threads, run)?.iter().map(bits).collect()
    };
    let one = run(1)?;
    assert_eq!(one, run(2)?);
    assert_eq!(one, run(5)?);
    Ok(())
}

#[test]
fn one_group_is_the_plain_convolution_and_others_must_divide_the_channels() -> Result<()> {
    let (x, w) = (noise(1, &[1, 4, 5, 5], DType::F32)?, noise(2, &[6, 4, 3, 3], DType::F32)?);
    assert_eq!(bits(&conv2d_grouped(&x, &w, 1, 1, 1)?)?, bits(&conv2d(&x, &w, 1, 1)?)?);
    let message = |groups| conv2d_grouped(&x, &w, 1, 1, groups).expect_err("must fail").to_string();
    assert!(message(3).contains("3 groups do not divide 4 input and 6 output channels"));
    assert!(message(0).contains("0 groups"));
    assert!(message(2).contains("the weight expects 4"));
    Ok(())
}
