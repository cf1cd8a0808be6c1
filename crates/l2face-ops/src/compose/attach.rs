//! A result computed outside the graph, put into it with a gradient of our own.
use candle_core::backend::BackendStorage;
use candle_core::{bail, CpuStorage, CudaStorage, CustomOp3, Layout, MetalStorage, Result, Shape, Tensor};

/// The gradients of two inputs, each absent where nobody needs it.
pub(super) type Pair = (Option<Tensor>, Option<Tensor>);

/// `y`, as a function of `a` and `b` whose gradients `backward(a, b, dy)` computes.
pub(super) fn attach(
    a: &Tensor,
    b: &Tensor,
    y: &Tensor,
    backward: impl Fn(&Tensor, &Tensor, &Tensor) -> Result<Pair> + Send + Sync + 'static,
) -> Result<Tensor> {
    a.apply_op3(b, &y.detach().contiguous()?, Attach(backward))
}

struct Attach<F>(F);

/// A copy of `storage`, which must hold the tensor and nothing before it.
fn copy<S: BackendStorage>(storage: &S, layout: &Layout) -> Result<(S, Shape)> {
    if !layout.is_contiguous() || layout.start_offset() != 0 {
        bail!("attach: the result must be contiguous, got {layout:?}");
    }
    Ok((storage.try_clone(layout)?, layout.shape().clone()))
}

impl<F> CustomOp3 for Attach<F>
where
    F: Fn(&Tensor, &Tensor, &Tensor) -> Result<Pair>,
{
    fn name(&self) -> &'static str {
        "l2face-attach"
    }

    fn cpu_fwd(
        &self,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
        y: &CpuStorage,
        layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        copy(y, layout)
    }

    fn cuda_fwd(
        &self,
        _: &CudaStorage,
        _: &Layout,
        _: &CudaStorage,
        _: &Layout,
        y: &CudaStorage,
        layout: &Layout,
    ) -> Result<(CudaStorage, Shape)> {
        copy(y, layout)
    }

    fn metal_fwd(
        &self,
        _: &MetalStorage,
        _: &Layout,
        _: &MetalStorage,
        _: &Layout,
        y: &MetalStorage,
        layout: &Layout,
    ) -> Result<(MetalStorage, Shape)> {
        copy(y, layout)
    }

    fn bwd(
        &self,
        a: &Tensor,
        b: &Tensor,
        _: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (da, db) = (self.0)(a, b, dy)?;
        Ok((da, db, None))
    }
}
