//! Weights and images from a generator of their names, the same as in ../networks.py.
use candle_core::{Device, Result, Tensor};

/// Numbers in [-1, 1): splitmix64 of the position, started from FNV-1a of the name.
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

/// The first value of a variable.
pub fn start(name: &str, shape: &[usize]) -> Result<Tensor> {
    let f = numbers(name, shape)?;
    if shape.len() > 1 {
        let fan_in: usize = shape[1..].iter().product();
        f * (6. / fan_in as f64).sqrt()
    } else if name.ends_with("running_mean") {
        f.zeros_like()
    } else if name.ends_with("running_var") {
        f.ones_like()
    } else if name.contains("prelu") || name.ends_with("layers.2.weight") {
        (f * 0.1)? + 0.25
    } else if name.ends_with("weight") {
        (f * 0.2)? + 1.
    } else {
        f * 0.1
    }
}
