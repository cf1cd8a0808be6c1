//! The end of a residual block, and batch normalisation folded away.
use crate::common::*;
use candle_core::{DType, Device, Module, Result, Tensor, Var};
use candle_nn::{Init, ModuleT, VarBuilder, VarMap};
use l2face_ops::nn::{BatchNorm, Conv2d, Conv2dConfig};
use l2face_ops::{add_relu, compose, BatchNormConfig};

#[test]
fn add_relu_fast_and_composed_agree() -> Result<()> {
    let (a, b) = (noise(1, &[3, 5, 70, 70], DType::F32)?, noise(2, &[3, 5, 70, 70], DType::F32)?);
    let fast = gradients(&[&a, &b], |t| weighted_sum(&add_relu(t[0], t[1])?))?;
    let slow = gradients(&[&a, &b], |t| weighted_sum(&compose::add_relu(t[0], t[1])?))?;
    assert_eq!(bits(&add_relu(&a, &b)?)?, bits(&compose::add_relu(&a, &b)?)?);
    for (fast, slow) in fast.iter().zip(&slow) {
        assert_eq!(bits(fast)?, bits(slow)?);
    }
    Ok(())
}

#[test]
fn add_relu_finite_differences() -> Result<()> {
    let (a, b) = (noise(1, &[2, 3, 2], DType::F64)?, noise(2, &[2, 3, 2], DType::F64)?);
    assert_finite_differences(&[&a, &b], |t| weighted_sum(&add_relu(t[0], t[1])?), 1e-8)
}

#[test]
fn at_zero_the_slope_is_zero_and_a_nan_is_not_hidden() -> Result<()> {
    for dtype in [DType::F32, DType::F64] {
        let var = |v: [f64; 3]| Var::from_tensor(&Tensor::new(&v, &Device::Cpu)?.to_dtype(dtype)?);
        let (a, b) = (var([1., -1., f64::NAN])?, var([-1., 3., 0.])?);
        let y = values(&add_relu(&a, &b)?)?;
        assert!(y[..2] == [0., 2.] && y[2].is_nan());
        let grads = gradients(&[&a], |t| add_relu(t[0], &b)?.narrow(0, 0, 2)?.sum_all())?;
        assert_eq!(values(&grads[0])?, [0., 1., 0.]);
    }
    assert!(add_relu(&formula(1, &[2, 3]), &formula(1, &[3, 2])).is_err());
    Ok(())
}

#[test]
fn a_folded_convolution_does_the_work_of_both() -> Result<()> {
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-12)] {
        let vars = VarMap::new();
        let vb = VarBuilder::from_varmap(&vars, dtype, &Device::Cpu);
        let config = Conv2dConfig { inputs: 6, outputs: 4, kernel: 3, stride: 2, padding: 1, groups: 2, bias: false };
        let conv = Conv2d::new(config, Init::Randn { mean: 0., stdev: 1. }, vb.pp("conv"))?;
        let norm = BatchNorm::new(4, BatchNormConfig::default(), vb.pp("bn"))?;
        let set = |name: &str, value: &[f64]| {
            vars.data().lock().expect("no panic")[name].set(&Tensor::new(value, &Device::Cpu)?.to_dtype(dtype)?)
        };
        set("bn.weight", &[0.5, -2., 1., 3.])?;
        set("bn.bias", &[0.1, 0.2, -3., 0.])?;
        norm.running().mean.set(&Tensor::new(&[1f64, -1., 0.5, 0.], &Device::Cpu)?.to_dtype(dtype)?)?;
        norm.running().var.set(&Tensor::new(&[0.01f64, 4., 1., 0.3], &Device::Cpu)?.to_dtype(dtype)?)?;
        let x = noise(5, &[2, 6, 9, 8], dtype)?;
        let both = norm.forward_t(&conv.forward(&x)?, false)?;
        let folded = conv.folded(&norm)?;
        assert!(relative_error(&folded.forward(&x)?, &both)? < tolerance);
        assert!(folded.folded(&norm).is_err(), "a bias cannot be folded");
    }
    Ok(())
}
