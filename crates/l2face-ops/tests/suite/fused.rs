//! The fused nodes against the operations that they join.
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::*;

/// Output and gradients of f32 variables filled by seed.
fn run(vars: &[Var], f: impl Fn(&[&Tensor]) -> Result<Tensor>) -> Result<Vec<Tensor>> {
    let refs: Vec<&Var> = vars.iter().collect();
    let inputs: Vec<&Tensor> = vars.iter().map(|v| v.as_tensor()).collect();
    let mut out = gradients(&refs, |t| weighted_sum(&f(t)?))?;
    out.push(f(&inputs)?);
    Ok(out)
}

fn vars(shapes: &[&[usize]], dtype: DType) -> Result<Vec<Var>> {
    let numbered = shapes.iter().enumerate();
    numbered.map(|(i, s)| var(i * 3 + 1, s, dtype)).collect()
}

fn assert_close(a: &[Tensor], b: &[Tensor], tolerance: f64) -> Result<()> {
    for (i, (a, b)) in a.iter().zip(b).enumerate() {
        let difference = difference(a, b)?;
        assert!(difference <= tolerance, "tensor {i}: {difference}");
    }
    Ok(())
}

#[test]
fn a_nan_goes_through_a_fused_convolution() -> Result<()> {
    for channels in [3, 15, 16] {
        let x = Tensor::full(f32::NAN, (1, channels, 6, 6), &Device::Cpu)?;
        let w = Tensor::ones((channels, channels, 3, 3), DType::F32, &Device::Cpu)?;
        let (bias, slope) = (w.narrow(0, 0, 1)?.flatten_all()?.narrow(0, 0, channels)?, w.flatten_all()?);
        let y = conv2d_bias_prelu(&x, &w, &bias, &(slope.narrow(0, 0, channels)? * 0.25)?, 1, 1)?;
        assert!(y.flatten_all()?.to_vec1::<f32>()?.iter().all(|v| v.is_nan()), "{channels} channels");
    }
    Ok(())
}

#[test]
fn convolution_bias_prelu() -> Result<()> {
    for (x, o, stride, padding) in [
        ([3, 5, 9, 8], 7, 1, 1),
        ([19, 4, 5, 5], 6, 1, 0),
        ([2, 3, 30, 31], 4, 1, 1),
        ([2, 3, 12, 13], 4, 2, 1),
        ([2, 17, 9, 9], 18, 1, 1),
    ] {
        let shapes: [&[usize]; 4] = [&x, &[o, x[1], 3, 3], &[o], &[o]];
        // Positive slopes let the gradient be taken from the output; others need the convolution.
        for (dtype, positive) in [(DType::F32, false), (DType::F32, true), (DType::F64, false)] {
            let vars = vars(&shapes, dtype)?;
            if positive {
                vars[3].set(&(vars[3].as_detached_tensor().abs()? + 0.01)?)?;
            }
            let fused = run(&vars, |t| conv2d_bias_prelu(t[0], t[1], t[2], t[3], stride, padding))?;
            let apart = run(&vars, |t| {
                let y = compose::conv2d(t[0], t[1], stride, padding)?;
                compose::bias_prelu(&y, t[2], t[3])
            })?;
            assert_close(&fused, &apart, 3e-5)?;
        }
    }
    Ok(())
}

#[test]
fn batch_norm_prelu_in_training_and_evaluation() -> Result<()> {
    for shape in [&[3usize, 5, 9, 8] as &[usize], &[4, 3, 1, 1], &[6, 3]] {
        let c = [shape[1]];
        for (dtype, train) in [(DType::F32, true), (DType::F32, false), (DType::F64, true)] {
            let vars = vars(&[shape, &c, &c, &c], dtype)?;
            let running = || -> Result<RunningStats> {
                Ok(RunningStats { mean: var(9, &c, dtype)?, var: Var::ones(&c, dtype, &Device::Cpu)? })
            };
            let config = BatchNormConfig::default();
            let (one, two) = (running()?, running()?);
            let fused = run(&vars, |t| batch_norm_prelu(t[0], t[1], t[2], t[3], &one, config, train))?;
            let apart = run(&vars, |t| {
                let y = match train {
                    true => compose::batch_norm_train(t[0], t[1], t[2], config.eps)?.0,
                    false => batch_norm(t[0], t[1], t[2], &two, config, false)?,
                };
                compose::bias_prelu(&y, &t[3].zeros_like()?, t[3])
            })?;
            assert_close(&fused, &apart, 1e-4)?;
        }
    }
    Ok(())
}

#[test]
fn evaluation_without_gradients_is_the_same_as_with() -> Result<()> {
    let vars = vars(&[&[3, 2, 4, 5], &[2], &[2], &[2]], DType::F32)?;
    let running = RunningStats { mean: var(9, &[2], DType::F32)?, var: Var::ones(2, DType::F32, &Device::Cpu)? };
    let f = |t: &[Tensor]| {
        let config = BatchNormConfig::default();
        batch_norm_prelu(&t[0], &t[1], &t[2], &t[3], &running, config, false)
    };
    let tracked: Vec<Tensor> = vars.iter().map(|v| v.as_tensor().clone()).collect();
    let free: Vec<Tensor> = vars.iter().map(Var::as_detached_tensor).collect();
    assert!(difference(&f(&tracked)?, &f(&free)?)? <= 1e-6);
    // A slope alone still gets its gradient.
    let mut slope_only = free.clone();
    slope_only[3] = tracked[3].clone();
    let grads = weighted_sum(&f(&slope_only)?)?.backward()?;
    assert!(grads.get(&vars[3]).is_some());
    Ok(())
}

#[test]
fn fused_bits_do_not_depend_on_threads() -> Result<()> {
    let vars = vars(&[&[19, 12, 10, 10], &[9, 12, 3, 3], &[9], &[9]], DType::F32)?;
    let once = |threads| -> Result<Vec<Vec<u32>>> {
        let f = || run(&vars, |t| conv2d_bias_prelu(t[0], t[1], t[2], t[3], 1, 1));
        with_threads(threads, f)?.iter().map(bits).collect()
    };
    assert_eq!(once(1)?, once(3)?);
    Ok(())
}

#[test]
fn parameters_of_another_length_are_refused() {
    let (x, w) = (formula(1, &[1, 2, 4, 4]), formula(2, &[3, 2, 3, 3]));
    let (three, two) = (formula(1, &[3]), formula(1, &[2]));
    for (bias, slope) in [(&two, &three), (&three, &two)] {
        let error = conv2d_bias_prelu(&x, &w, bias, slope, 1, 0).expect_err("must fail");
        assert!(error.to_string().contains("must be (3)"));
    }
}

#[test]
fn convolution_and_batch_norm_in_one_node() -> Result<()> {
    for (groups, activated) in [(1, true), (1, false), (3, true)] {
        let shapes: [&[usize]; 5] = [&[4, 6, 9, 8], &[9, 6 / groups, 3, 3], &[9], &[9], &[9]];
        let vars = vars(&shapes, DType::F32)?;
        let running = || -> Result<RunningStats> {
            Ok(RunningStats { mean: var(9, &[9], DType::F32)?, var: Var::ones(9, DType::F32, &Device::Cpu)? })
        };
        let (one, two, config) = (running()?, running()?, BatchNormConfig::default());
        let step = ConvStep { stride: 2, padding: 1, groups };
        let fused = run(&vars, |t| {
            let slope = activated.then_some(t[4]);
            let norm = Norm { weight: t[2], bias: t[3], slope, running: &one, config };
            // Without a slope its variable still has to have a gradient.
            conv2d_batch_norm(t[0], t[1], step, norm, true)?.broadcast_add(&(t[4] * 1e-20)?.sum_all()?)
        })?;
        let apart = run(&vars, |t| {
            let y = compose::conv2d_grouped(t[0], t[1], 2, 1, groups)?;
            let y = batch_norm(&y, t[2], t[3], &two, config, true)?;
            let y = if activated { prelu(&y, t[4])? } else { y };
            y.broadcast_add(&(t[4] * 1e-20)?.sum_all()?)
        })?;
        assert_close(&fused, &apart, 1e-4)?;
        assert_close(&[one.mean.as_detached_tensor()], &[two.mean.as_detached_tensor()], 1e-6)?;
        assert_close(&[one.var.as_detached_tensor()], &[two.var.as_detached_tensor()], 1e-6)?;
    }
    Ok(())
}
