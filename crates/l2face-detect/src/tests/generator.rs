//! Weights and pictures from a generator of their names, the same as in ../../tests/generator.py.
use crate::plan::{Plan, ONET, PNET, RNET};
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::VarBuilder;
use l2face_image::Rgb8;
use std::collections::HashMap;

pub const PLANS: [&Plan; 3] = [&PNET, &RNET, &ONET];

/// Numbers in [-1, 1), f64: splitmix64 of the position, started from FNV-1a of the name.
pub fn numbers(name: &str, shape: &[usize]) -> Result<Tensor> {
    let start = |hash: u64, b: u8| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3);
    let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, start);
    let n: u64 = shape.iter().map(|&s| s as u64).product();
    let values: Vec<f64> = (1..=n).map(|i| number(seed.wrapping_add(i.wrapping_mul(0x9e37_79b9_7f4a_7c15)))).collect();
    Tensor::from_vec(values, shape, &Device::Cpu)
}

fn number(z: u64) -> f64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / 2f64.powi(52) - 1.
}

fn start(name: &str, shape: &[usize]) -> Result<Tensor> {
    let f = numbers(name, shape)?;
    let f = if shape.len() > 1 {
        let fan_in: usize = shape[1..].iter().product();
        (f * (6. / fan_in as f64).sqrt())?
    } else if name.contains("prelu") {
        ((f * 0.1)? + 0.25)?
    } else {
        (f * 0.1)?
    };
    match name.rsplit('.').nth(1).is_some_and(|layer| layer.ends_with("_2")) {
        true => f * 0.1,
        false => Ok(f),
    }
}

/// All variables, f64, by the names of one file.
pub fn variables() -> Result<HashMap<String, Tensor>> {
    let named = |plan: &'static Plan| plan.variables().into_iter().map(|(n, s)| (format!("{}.{n}", plan.name), s));
    PLANS.into_iter().flat_map(named).map(|(name, shape)| Ok((name.clone(), start(&name, &shape)?))).collect()
}

pub fn builder(dtype: DType) -> Result<VarBuilder<'static>> {
    Ok(VarBuilder::from_tensors(variables()?, dtype, &Device::Cpu))
}

pub fn picture(width: usize, height: usize) -> Rgb8 {
    let pixel = |x, y| [x * x / 7 + 3 * y, x * y / 5 + 7 * x, y * y / 3 + x].map(|v| (v % 256) as u8);
    Rgb8::from_fn(width, height, pixel)
}
