//! Batch normalisation.
use crate::common::*;
use candle_core::{DType, Device, Result, Tensor, Var};
use l2face_ops::{batch_norm, compose, BatchNormConfig, RunningStats};

fn running(mean: &[f64], var: &[f64], dtype: DType) -> Result<RunningStats> {
    let new = |v: &[f64]| Var::from_tensor(&Tensor::new(v, &Device::Cpu)?.to_dtype(dtype)?);
    Ok(RunningStats { mean: new(mean)?, var: new(var)? })
}

fn fresh(channels: usize, dtype: DType) -> Result<RunningStats> {
    running(&vec![0.; channels], &vec![1.; channels], dtype)
}

fn train(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    let stats = fresh(x.dim(1)?, x.dtype())?;
    batch_norm(x, weight, bias, &stats, BatchNormConfig::default(), true)
}

#[test]
fn fast_and_composed_agree() -> Result<()> {
    for shape in [&[3usize, 2, 2, 3] as &[usize], &[4, 5, 7, 9], &[6, 3], &[2, 1, 1, 1]] {
        let x = var(1, shape, DType::F32)?;
        let (w, b) = (var(2, &[shape[1]], DType::F32)?, var(5, &[shape[1]], DType::F32)?);
        let fast = gradients(&[&x, &w, &b], |t| weighted_sum(&train(t[0], t[1], t[2])?))?;
        let slow = gradients(&[&x, &w, &b], |t| weighted_sum(&compose::batch_norm_train(t[0], t[1], t[2], 1e-5)?.0))?;
        for (fast, slow) in fast.iter().zip(&slow) {
            assert!(difference(fast, slow)? <= 1e-4, "{shape:?}");
        }
    }
    Ok(())
}

#[test]
fn finite_differences_in_training_and_evaluation() -> Result<()> {
    for shape in [&[3usize, 2, 2, 3] as &[usize], &[5, 2]] {
        let x = var(1, shape, DType::F64)?;
        let (w, b) = (var(2, &[2], DType::F64)?, var(5, &[2], DType::F64)?);
        for training in [true, false] {
            let f = |t: &[&Tensor]| {
                let stats = running(&[0.3, -0.1], &[0.5, 2.], DType::F64)?;
                let config = BatchNormConfig::default();
                weighted_sum(&batch_norm(t[0], t[1], t[2], &stats, config, training)?)
            };
            assert_finite_differences(&[&x, &w, &b], f, 1e-7)?;
        }
    }
    Ok(())
}

/// ```python
/// x = formula(1, 3, 2, 2, 3).requires_grad_(); g = formula(2, 2).requires_grad_(); b = formula(5, 2).requires_grad_()
/// m = torch.tensor([.5, -.25]); v = torch.tensor([2., .5])
/// y = F.batch_norm(x, m, v, g, b, training=True, momentum=.1, eps=1e-5); (y * formula(3, *y.shape)).sum().backward()
/// show(y); show(x.grad); print(g.grad.tolist(), b.grad.tolist(), m.tolist(), v.tolist())
/// show(F.batch_norm(x, m, v, g, b, training=False))    # after the update above
/// ```
#[test]
fn pytorch_agrees() -> Result<()> {
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-9)] {
        let x = var(1, &[3, 2, 2, 3], dtype)?;
        let (w, b) = (var(2, &[2], dtype)?, var(5, &[2], dtype)?);
        let stats = running(&[0.5, -0.25], &[2., 0.5], dtype)?;
        let config = BatchNormConfig::default();
        let y = batch_norm(&x, &w, &b, &stats, config, true)?;
        let grads = weighted_sum(&y)?.backward()?;
        let dx = grads.get(&x).cloned().expect("a gradient");
        assert_summary(&y, [0.9053735077, 0.2078718742, -0.4896297592, 0.7168595527], 16.92, 19.10862219, tolerance);
        assert_summary(&dx, [0.4358812481, -0.3996652228, 0.6687792516, 0.2100578776], 0., 5.593242982, tolerance);
        let [dw, db] = [&w, &b].map(|v| grads.get(v).cloned().expect("a gradient"));
        let small = Tensor::cat(&[&dw, &db, &stats.mean, &stats.var], 0)?;
        let want = Tensor::new(
            &[
                -2.116517987418741f64,
                1.6423335035204205,
                -0.8400000000000003,
                0.30000000000000004,
                0.45744444444444443,
                -0.2336666666666667,
                1.8373732026143792,
                0.48450823529411763,
            ],
            &Device::Cpu,
        )?;
        assert!(difference(&small, &want)? <= tolerance);
        let y = batch_norm(&x, &w, &b, &stats, config, false)?;
        assert_summary(
            &y,
            [0.6112270986, 0.3055098968, -0.0002073050336, 0.5286008278],
            20.4523657,
            16.55329245,
            tolerance,
        );
    }
    Ok(())
}

#[test]
fn a_large_mean_does_not_spoil_the_variance() -> Result<()> {
    // E[x^2] - mean^2 in f32 would lose all of it.
    let x = ((formula(1, &[4, 1, 10, 10]) * 1e-2)? + 100.)?.to_dtype(DType::F32)?;
    let ones = Tensor::ones(1, DType::F32, &Device::Cpu)?;
    let stats = fresh(1, DType::F32)?;
    let config = BatchNormConfig { momentum: 1., eps: 1e-9 };
    batch_norm(&x, &ones, &ones.zeros_like()?, &stats, config, true)?;
    let exact = values(&x)?;
    let mean = exact.iter().sum::<f64>() / 400.;
    let var = exact.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 399.;
    let got = values(&stats.var)?[0];
    assert!((got / var - 1.).abs() < 1e-3, "{got} is not {var}");
    Ok(())
}

#[test]
fn evaluation_without_gradients_is_the_same_as_with() -> Result<()> {
    let x = formula(1, &[3, 2, 4, 5]).to_dtype(DType::F32)?;
    let (w, b) = (var(2, &[2], DType::F32)?, var(5, &[2], DType::F32)?);
    let stats = running(&[0.3, -0.1], &[0.5, 2.], DType::F32)?;
    let config = BatchNormConfig::default();
    let tracked = batch_norm(&x, &w, &b, &stats, config, false)?;
    let (w, b) = (w.as_detached_tensor(), b.as_detached_tensor());
    let free = batch_norm(&x, &w, &b, &stats, config, false)?;
    assert!(difference(&free, &tracked)? <= 1e-6);
    Ok(())
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() -> Result<()> {
    let x = var(1, &[6, 5, 11, 13], DType::F32)?;
    let (w, b) = (var(2, &[5], DType::F32)?, var(5, &[5], DType::F32)?);
    let run = |threads| -> Result<Vec<Vec<u32>>> {
        let run = || gradients(&[&x, &w, &b], |t| weighted_sum(&train(t[0], t[1], t[2])?));
        with_threads(threads, run)?.iter().map(bits).collect()
    };
    assert_eq!(run(1)?, run(3)?);
    Ok(())
}

#[test]
fn wrong_shapes_and_single_values_are_refused() -> Result<()> {
    let (one, two) = (formula(1, &[1]), formula(1, &[2]));
    let error = train(&formula(1, &[2, 3, 2, 2]), &two, &two).expect_err("channels");
    assert!(error.to_string().contains("(C)"));
    let error = train(&formula(1, &[1, 1]), &one, &one).expect_err("one value");
    assert!(error.to_string().contains("more than one value"));
    Ok(())
}
