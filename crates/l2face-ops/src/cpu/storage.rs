//! From candle tensors to slices and back.
use candle_core::{bail, CpuStorage, DType, Layout, Result, Shape, Storage, Tensor, WithDType};

/// Whether every tensor is `f32` on the CPU, so that the fast kernels apply.
pub(crate) fn is_fast(tensors: &[&Tensor]) -> bool {
    tensors.iter().all(|t| t.device().is_cpu() && t.dtype() == DType::F32)
}

/// Whether a gradient of `t` is of use to anyone.
pub(crate) fn wants_gradient(t: &Tensor) -> bool {
    t.is_variable() || t.track_op()
}

/// The slice behind a contiguous layout.
pub(crate) fn slice<'a, T: WithDType>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [T]> {
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<T>()?[from..to]),
        None => bail!("a contiguous tensor is required, got {layout:?}"),
    }
}

/// Calls `f` with the values of `t` in row-major order, copying them first if they are strided.
pub(crate) fn with_values<T: WithDType, R>(t: &Tensor, f: impl FnOnce(&[T]) -> Result<R>) -> Result<R> {
    let t = t.contiguous()?;
    let (storage, layout) = t.storage_and_layout();
    match &*storage {
        Storage::Cpu(storage) => f(slice(storage, layout)?),
        _ => bail!("a CPU tensor is required, got one on {:?}", t.device()),
    }
}

/// A CPU tensor of `like`'s shape.
pub(crate) fn tensor_like(values: Vec<f32>, like: &Tensor) -> Result<Tensor> {
    Tensor::from_vec(values, like.shape(), like.device())
}

/// The output of a custom operation.
pub(crate) fn output(values: Vec<f32>, shape: impl Into<Shape>) -> (CpuStorage, Shape) {
    (CpuStorage::F32(values), shape.into())
}
