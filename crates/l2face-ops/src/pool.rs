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
    max_pool2d_padded(x, kernel, stride, 0)
}

/// [`max_pool2d`] of `x` with `padding` rows and columns of minus infinity on all sides, which no window can hold alone: ResNet's 3/2
/// pooling has padding 1.
///
/// # Errors
/// As [`max_pool2d`], and when the padding exceeds half the kernel.
pub fn max_pool2d_padded(x: &Tensor, kernel: usize, stride: usize, padding: usize) -> Result<Tensor> {
    pool(x, kernel, stride, padding, false)
}

/// [`max_pool2d`] that keeps the rows and columns left over at the end: a last window that begins inside `x` and ends outside counts, with
/// the pixels that it has. (N, C, H, W) to (N, C, ceil((H - kernel) / stride) + 1, the same of W), less the windows that would begin
/// outside; PyTorch's `ceil_mode=True`, Caffe's rule.
///
/// # Errors
/// As [`max_pool2d`].
pub fn max_pool2d_ceil(x: &Tensor, kernel: usize, stride: usize) -> Result<Tensor> {
    pool(x, kernel, stride, 0, true)
}

fn pool(x: &Tensor, kernel: usize, stride: usize, padding: usize, ceil: bool) -> Result<Tensor> {
    let (_, _, h, w) = x.dims4()?;
    let fits = h + 2 * padding >= kernel && w + 2 * padding >= kernel && 2 * padding <= kernel;
    if kernel == 0 || stride == 0 || !fits || x.elem_count() == 0 {
        bail!("max_pool2d: kernel {kernel} with stride {stride} and padding {padding} does not fit {:?}", x.shape());
    }
    if is_fast(&[x]) {
        return x.contiguous()?.apply_op1(FastMaxPool { kernel, stride, padding, ceil });
    }
    match ceil {
        true => compose::max_pool2d_ceil(x, kernel, stride),
        false => compose::max_pool2d(x, kernel, stride, padding),
    }
}

struct FastMaxPool {
    kernel: usize,
    stride: usize,
    padding: usize,
    ceil: bool,
}

impl FastMaxPool {
    fn window(&self, height: usize, width: usize) -> Window {
        let &Self { kernel, stride, padding, ceil } = self;
        Window { height, width, kernel, stride, padding, ceil }
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
