//! Max pooling with the right gradient (candle's own scales it by ties / window).
use crate::compose;
use crate::cpu::pool::{backward, forward, Window};
use crate::cpu::storage::{is_fast, output, slice, tensor_like, with_values};
use candle_core::{bail, CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};

/// The largest value of each `kernel` x `kernel` window, windows `stride` apart, no padding:
/// (N, C, H, W) to (N, C, (H - kernel) / stride + 1, (W - kernel) / stride + 1).
///
/// The gradient goes whole to the first largest value of each window, in row-major order.
///
/// # Errors
/// When the kernel or the stride is 0, or the kernel does not fit the input.
pub fn max_pool2d(x: &Tensor, kernel: usize, stride: usize) -> Result<Tensor> {
    let (_, _, h, w) = x.dims4()?;
    if kernel == 0 || stride == 0 || h < kernel || w < kernel || x.elem_count() == 0 {
        bail!("max_pool2d: kernel {kernel} with stride {stride} does not fit {:?}", x.shape());
    }
    if is_fast(&[x]) {
        return x.contiguous()?.apply_op1(FastMaxPool { kernel, stride });
    }
    compose::max_pool2d(x, kernel, stride)
}

struct FastMaxPool {
    kernel: usize,
    stride: usize,
}

impl FastMaxPool {
    fn window(&self, height: usize, width: usize) -> Window {
        Window { height, width, kernel: self.kernel, stride: self.stride }
    }
}

impl CustomOp1 for FastMaxPool {
    fn name(&self) -> &'static str {
        "l2face-max-pool2d"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (n, c, h, w) = layout.shape().dims4()?;
        let window = self.window(h, w);
        let y = forward(slice(x, layout)?, &window);
        Ok(output(y, (n, c, window.out_h(), window.out_w())))
    }

    fn bwd(&self, x: &Tensor, _y: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let (_, _, h, w) = x.dims4()?;
        let window = self.window(h, w);
        let dx = with_values(dy, |dy| with_values(x, |x| Ok(backward(x, dy, &window))))?;
        Ok(Some(tensor_like(dx, x)?))
    }
}
