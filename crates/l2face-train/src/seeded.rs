//! Variables whose first values depend on seed and name only.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candle_core::{bail, DType, Device, Result, Shape, Tensor, Var};
use candle_nn::var_builder::{SimpleBackend, VarBuilder};
use candle_nn::Init;

use crate::init::draw;
use crate::load_strict::Fit;

/// The variables of a model, drawn on first request from the stream "init/NAME" of one seed.
///
/// The values do not depend on the order of the requests nor on the device; they are drawn in f64 on the CPU, rounded
/// to the type and moved. Clones share the variables. (candle's own CPU generator cannot be seeded.)
///
/// ```
/// use candle_core::{DType, Device};
/// let vars = l2face_train::SeededVars::new(7, DType::F32, &Device::Cpu);
/// let fc = candle_nn::linear(4, 2, vars.builder().pp("fc"))?;
/// assert_eq!(vars.vars().iter().map(|(n, _)| n.as_str()).collect::<Vec<_>>(), ["fc.bias", "fc.weight"]);
/// # Ok::<(), candle_core::Error>(())
/// ```
#[derive(Clone)]
pub struct SeededVars(Arc<Inner>);

struct Inner {
    seed: u64,
    dtype: DType,
    device: Device,
    vars: Mutex<BTreeMap<String, Var>>,
}

impl SeededVars {
    /// No variables yet; those to come have this type and live on this device.
    pub fn new(seed: u64, dtype: DType, device: &Device) -> Self {
        Self(Arc::new(Inner { seed, dtype, device: device.clone(), vars: Mutex::default() }))
    }

    /// A builder that creates the variables a model asks for, in this set.
    pub fn builder(&self) -> VarBuilder<'static> {
        let backend: Box<dyn SimpleBackend> = Box::new(self.clone());
        VarBuilder::from_backend(backend, self.0.dtype, self.0.device.clone())
    }

    /// Every variable with its full name, sorted by name; buffers such as `running_mean` are among them.
    pub fn vars(&self) -> Vec<(String, Var)> {
        let vars = self.lock();
        vars.iter().map(|(n, v)| (n.clone(), v.clone())).collect()
    }

    /// A copy of every value by name, unmoved by later updates.
    pub fn tensors(&self) -> Result<BTreeMap<String, Tensor>> {
        let copy = |(name, var): (&String, &Var)| Ok((name.clone(), var.copy()?.detach()));
        self.lock().iter().map(copy).collect()
    }

    /// Sets every variable from `tensors`; names, shapes and types must agree exactly, else nothing is changed.
    ///
    /// # Errors
    /// [`TrainError::Mismatch`](crate::TrainError::Mismatch) lists what is missing, unexpected and different.
    pub fn load_strict(&self, tensors: &BTreeMap<String, Tensor>) -> crate::Result<()> {
        let vars = self.lock();
        Fit::of(&vars, tensors).check("the model's state")?;
        for (name, var) in vars.iter() {
            var.set(&tensors[name].to_device(var.device())?)?;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Var>> {
        self.0.vars.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn create(&self, name: &str, shape: &Shape, init: Init) -> Result<Var> {
        let values = draw(self.0.seed, name, shape, init);
        let tensor = Tensor::from_vec(values, shape, &Device::Cpu)?.to_dtype(self.0.dtype)?;
        Var::from_tensor(&tensor.to_device(&self.0.device)?)
    }

    fn check_kind(&self, name: &str, dtype: DType, device: &Device) -> Result<()> {
        if dtype != self.0.dtype {
            bail!("{name}: asked for as {dtype:?}, but these variables are {:?}", self.0.dtype)
        }
        if !device.same_device(&self.0.device) {
            bail!("{name}: asked for on {device:?}, but these variables live on {:?}", self.0.device)
        }
        Ok(())
    }
}

impl SimpleBackend for SeededVars {
    fn get(&self, s: Shape, name: &str, h: Init, dtype: DType, dev: &Device) -> Result<Tensor> {
        self.check_kind(name, dtype, dev)?;
        let mut vars = self.lock();
        let var = match vars.get(name) {
            Some(var) => var.clone(),
            None => self.create(name, &s, h)?,
        };
        if var.shape() != &s {
            bail!("{name}: exists with shape {:?}, asked for as {s:?}", var.shape())
        }
        vars.insert(name.to_string(), var.clone());
        Ok(var.into_inner())
    }

    fn get_unchecked(&self, name: &str, dtype: DType, dev: &Device) -> Result<Tensor> {
        self.check_kind(name, dtype, dev)?;
        match self.lock().get(name) {
            Some(var) => Ok(var.as_tensor().clone()),
            None => bail!("{name}: no such variable yet, and without a shape it cannot be created"),
        }
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.lock().contains_key(name)
    }
}

#[cfg(test)]
mod tests;
