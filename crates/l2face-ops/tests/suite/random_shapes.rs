//! The fused nodes on random shapes: outputs and every gradient of the `f32` kernels against `f64`, where the composed operations run.
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::*;
use proptest::prelude::*;

/// Sizes of a convolution with what follows it.
#[derive(Clone, Copy, Debug)]
struct Case {
    seed: u64,
    x: [usize; 4],
    outputs: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
    groups: usize,
}

fn cases() -> impl Strategy<Value = Case> {
    let sizes = (1usize..7, 1usize..20, 1usize..20, 1usize..13, 1usize..13);
    let window = (1usize..4, 1usize..3, 0usize..2, 1usize..4);
    (any::<u32>(), sizes, window)
        .prop_map(|(seed, (n, c, o, h, w), (kernel, stride, padding, groups))| Case {
            seed: u64::from(seed),
            x: [n, c * groups, h, w],
            outputs: o * groups,
            kernel,
            stride,
            padding,
            groups,
        })
        .prop_filter("the kernel must fit", |c| c.x[2].min(c.x[3]) + 2 * c.padding >= c.kernel)
}

/// max |value|.
fn largest_value(t: &Tensor) -> Result<f64> {
    Ok(values(t)?.iter().fold(0f64, |m, v| m.max(v.abs())))
}

impl Case {
    fn step(&self) -> ConvStep {
        ConvStep { stride: self.stride, padding: self.padding, groups: self.groups }
    }

    /// x, w, and three parameters per output: a scale, a shift and a slope.
    fn vars(&self, dtype: DType) -> Result<Vec<Var>> {
        let w = [self.outputs, self.x[1] / self.groups, self.kernel, self.kernel];
        let var = |i: u64, shape: &[usize]| noise(self.seed.wrapping_add(i), shape, dtype);
        let o = [self.outputs];
        let positive = |i, scale: f64, least: f64| -> Result<Var> {
            Var::from_tensor(&((var(i, &o)?.as_detached_tensor().abs()? * scale)? + least)?)
        };
        Ok(vec![var(1, &self.x)?, var(2, &w)?, positive(3, 1., 0.5)?, var(4, &o)?, positive(5, 0.5, 0.)?])
    }

    /// The largest error over the output and all gradients, relative to the largest value of each, or to a tenth of the case's largest gradient
    /// where that is more (a sum over thousands of pixels may come out as nearly nothing, and its rounding does not); none where a value lies so near the kink of the activation that
    /// rounding decides on which side.
    fn error(&self, op: Op<'_>) -> Result<Option<f64>> {
        let exact = self.vars(DType::F64)?;
        let ones = exact[4].ones_like()?;
        let plain: Vec<Tensor> = exact[..4].iter().map(Var::as_detached_tensor).chain([ones]).collect();
        let before = values(&op(self, &plain.iter().collect::<Vec<_>>())?)?;
        let largest = before.iter().fold(0f64, |m, v| m.max(v.abs()));
        if before.iter().any(|v| v.abs() < 2e-5 * largest) {
            return Ok(None);
        }
        let (got, want) = (self.run(&self.vars(DType::F32)?, op)?, self.run(&exact, op)?);
        let sizes = want.iter().map(largest_value).collect::<Result<Vec<_>>>()?;
        let least = sizes[1..].iter().fold(0f64, |m, size| m.max(*size)) / 10.;
        let error = |((got, want), (i, size)): ((&Tensor, &Tensor), (usize, &f64))| {
            let unit = if i == 0 { *size } else { size.max(least) };
            Ok(relative_error(got, want)? * size.max(f64::MIN_POSITIVE) / unit.max(f64::MIN_POSITIVE))
        };
        let errors = got.iter().zip(&want).zip(sizes.iter().enumerate()).map(error);
        Ok(Some(errors.collect::<Result<Vec<_>>>()?.into_iter().fold(0., f64::max)))
    }

    fn run(&self, vars: &[Var], op: Op<'_>) -> Result<Vec<Tensor>> {
        let inputs: Vec<&Tensor> = vars.iter().map(|v| v.as_tensor()).collect();
        let y = op(self, &inputs)?;
        let grads = weighted_sum(&y)?.backward()?;
        Ok(std::iter::once(y).chain(vars.iter().filter_map(|v| grads.get(v).cloned())).collect())
    }

    fn assert(&self, tolerance: f64, op: Op<'_>) -> std::result::Result<(), TestCaseError> {
        match self.error(op).map_err(|e| TestCaseError::fail(e.to_string()))? {
            None => Err(TestCaseError::reject("a value at the kink")),
            Some(error) if error <= tolerance => Ok(()),
            Some(error) => Err(TestCaseError::fail(format!("{error:e}"))),
        }
    }
}

/// From x, w, and three parameters per output.
type Op<'a> = &'a dyn Fn(&Case, &[&Tensor]) -> Result<Tensor>;

fn running(channels: usize, dtype: DType) -> Result<RunningStats> {
    let ones = || Var::ones(channels, dtype, &Device::Cpu);
    Ok(RunningStats { mean: ones()?, var: ones()? })
}

fn conv_norm(case: &Case, t: &[&Tensor], train: bool) -> Result<Tensor> {
    let running = running(case.outputs, t[0].dtype())?;
    let norm =
        Norm { weight: t[2], bias: t[3], slope: Some(t[4]), running: &running, config: BatchNormConfig::default() };
    conv2d_batch_norm(t[0], t[1], case.step(), norm, train)
}

/// Enough values to average; and weights that do more than scale, which a batch norm takes away again, so that no gradient is left.
fn averages(case: &Case) -> bool {
    let weights = case.x[1] / case.groups * case.kernel * case.kernel;
    case.x[0] >= 4 && case.x[2].min(case.x[3]) >= 6 && weights >= 4
}

proptest! {
    #![proptest_config(cases_of(500))]

    #[test]
    fn convolution_bias_prelu(case in cases()) {
        let case = Case { x: [case.x[0], case.x[1] / case.groups, case.x[2], case.x[3]], groups: 1, ..case };
        // From 16 channels on 3x3 convolutions go by Winograd's transform.
        case.assert(1e-4, &|c, t| conv2d_bias_prelu(t[0], t[1], t[2], t[4], c.stride, c.padding))?;
    }

    #[test]
    fn convolution_batch_norm_prelu(case in cases().prop_filter("well conditioned", averages)) {
        case.assert(1e-4, &|c, t| conv_norm(c, t, true))?;
    }

    #[test]
    fn convolution_batch_norm_prelu_in_evaluation(case in cases()) {
        case.assert(1e-4, &|c, t| conv_norm(c, t, false))?;
    }

    #[test]
    fn batch_norm_prelu_alone(case in cases().prop_filter("values to average", |c| c.x[0] * c.x[2] * c.x[3] >= 24)) {
        let case = Case { outputs: case.x[1], ..case };
        case.assert(1e-4, &|c, t| {
            batch_norm_prelu(t[0], t[2], t[3], t[4], &running(c.outputs, t[0].dtype())?, BatchNormConfig::default(), true)
        })?;
    }

    #[test]
    fn bias_prelu_alone(case in cases()) {
        let case = Case { outputs: case.x[1], ..case };
        case.assert(1e-5, &|_, t| bias_prelu(t[0], t[2], t[4]))?;
    }
}
