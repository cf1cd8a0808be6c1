//! Weights in the form of safetensors.
use super::compare::{compare, Shapes};
use candle_core::{Device, Error, Result, Tensor};
use safetensors::SafeTensors;
use std::collections::HashMap;

/// # Errors
/// When the bytes are not such a file, whole, or hold other tensors.
pub fn tensors(bytes: &[u8], wanted: &Shapes) -> Result<HashMap<String, Tensor>> {
    let damaged = |e| Error::msg(format!("neither a whole safetensors file ({e}) nor a .pt; fetch it again"));
    let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
    compare(wanted, &file.tensors().into_iter().map(|(name, view)| (name, view.shape().to_vec())).collect())?;
    candle_core::safetensors::load_buffer(bytes, &Device::Cpu)
}
