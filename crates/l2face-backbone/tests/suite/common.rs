//! Weights and images from formulas of names, the same as in ../resnet.py.
use candle_core::{DType, Device, Result, Shape, Tensor, Var};
use candle_nn::var_builder::SimpleBackend;
use candle_nn::{Init, VarBuilder};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Numbers between -1 and 1, f64.
pub fn formula(seed: usize, shape: &[usize]) -> Result<Tensor> {
    let n: usize = shape.iter().product();
    let value = |i: usize| ((i * 37 + seed * 11) % 101) as f64 / 50. - 1.;
    Tensor::from_vec((0..n).map(value).collect::<Vec<_>>(), shape, &Device::Cpu)
}

/// The first value of a variable.
fn start(name: &str, shape: &[usize]) -> Result<Tensor> {
    let f = formula(name.bytes().map(usize::from).sum(), shape)?;
    if shape.len() > 1 {
        let fan_in: usize = shape[1..].iter().product();
        f / (fan_in as f64).sqrt()
    } else if name.ends_with("running_mean") {
        f.zeros_like()
    } else if name.ends_with("running_var") {
        f.ones_like()
    } else if name.contains("prelu") {
        (f * 0.1)? + 0.25
    } else if name.ends_with("weight") {
        (f * 0.2)? + 1.
    } else {
        f * 0.1
    }
}

/// A variable's first value, from its name and shape.
type Start = Arc<dyn Fn(&str, &[usize]) -> Result<Tensor> + Send + Sync>;

/// The variables of a network, by name, with the hints that it gave for their first values.
#[derive(Clone)]
pub struct Vars {
    vars: Arc<Mutex<BTreeMap<String, (Var, Init)>>>,
    start: Start,
    device: Device,
}

impl Default for Vars {
    fn default() -> Self {
        Self::starting(start)
    }
}

impl Vars {
    /// Variables with these first values.
    pub fn starting(start: impl Fn(&str, &[usize]) -> Result<Tensor> + Send + Sync + 'static) -> Self {
        Self { vars: Arc::default(), start: Arc::new(start), device: Device::Cpu }
    }

    /// The same, on a device.
    pub fn on(self, device: &Device) -> Self {
        Self { device: device.clone(), ..self }
    }

    pub fn builder(&self, dtype: DType) -> VarBuilder<'static> {
        VarBuilder::from_backend(Box::new(self.clone()), dtype, self.device.clone())
    }

    pub fn all(&self) -> BTreeMap<String, (Var, Init)> {
        self.vars.lock().expect("no test panics while holding it").clone()
    }

    /// Those that an optimiser would change.
    pub fn trained(&self) -> BTreeMap<String, Var> {
        let all = self.all().into_iter();
        all.filter(|(name, _)| !name.contains("running_")).map(|(name, (var, _))| (name, var)).collect()
    }
}

impl SimpleBackend for Vars {
    fn get(&self, s: Shape, name: &str, init: Init, dtype: DType, device: &Device) -> Result<Tensor> {
        let var = Var::from_tensor(&(self.start)(name, s.dims())?.to_dtype(dtype)?.to_device(device)?)?;
        let tensor = var.as_tensor().clone();
        let mut vars = self.vars.lock().expect("no test panics while holding it");
        let previous = vars.insert(name.to_string(), (var, init));
        assert!(previous.is_none(), "{name} was asked for twice");
        Ok(tensor)
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        candle_core::bail!("{name}: the shape is needed")
    }

    fn contains_tensor(&self, _: &str) -> bool {
        true
    }
}

/// The sum of squares.
pub fn squares(t: &Tensor) -> Result<f64> {
    t.to_dtype(DType::F64)?.sqr()?.sum_all()?.to_scalar()
}
