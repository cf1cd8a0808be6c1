//! Weights without chance, which keep values within bounds through a hundred layers.
use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::Init;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Variables whose values follow from their names, and all that were asked for.
#[derive(Clone, Default)]
pub struct Drawn(Arc<Mutex<HashMap<String, Tensor>>>);

impl Drawn {
    /// By name.
    pub fn weights(&self) -> HashMap<String, Tensor> {
        self.0.lock().expect("no panic").clone()
    }
}

impl SimpleBackend for Drawn {
    fn get(&self, shape: candle_core::Shape, name: &str, _: Init, dtype: DType, device: &Device) -> Result<Tensor> {
        let (scale, shift) = scale(name, shape.dims());
        let values = numbers(name, shape.elem_count()).map(|v| v * scale + shift).collect();
        let tensor = Tensor::from_vec(values, shape, device)?.to_dtype(dtype)?;
        self.0.lock().expect("no panic").insert(name.into(), tensor.clone());
        match name.contains("running_") {
            true => Ok(Var::from_tensor(&tensor)?.as_tensor().clone()),
            false => Ok(tensor),
        }
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        candle_core::bail!("{name}: the shape is needed")
    }

    fn contains_tensor(&self, _: &str) -> bool {
        true
    }
}

/// Within -1 and 1.
fn numbers(name: &str, n: usize) -> impl Iterator<Item = f32> {
    let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    let mixed =
        move |i: usize| (seed ^ (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (0..n).map(move |i| (mixed(i) >> 40) as f32 / (1 << 23) as f32 - 1.)
}

fn scale(name: &str, shape: &[usize]) -> (f32, f32) {
    let fan_in: usize = shape.iter().skip(1).product();
    match shape.len() {
        1 if name.contains("var") => (0.3, 1.),
        1 if name.ends_with("bias") || name.contains("mean") => (0.1, 0.),
        1 if name.contains("prelu") || name.ends_with("layers.2.weight") => (0.1, 0.25),
        // The last norm of a residual block.
        1 if name.contains(".bn3.") || name.contains("layers.2.layers.1") => (0.1, 0.3),
        1 => (0.2, 1.),
        _ => ((3. / fan_in as f32).sqrt(), 0.),
    }
}

/// A batch without chance.
pub fn images(n: usize, [c, h, w]: [usize; 3]) -> Result<Tensor> {
    Tensor::from_vec(numbers("image", n * c * h * w).collect(), (n, c, h, w), &Device::Cpu)
}
