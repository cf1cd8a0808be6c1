//! Max pooling as a chain of choices between shifted, strided views.
use candle_core::{Result, Tensor};

/// See [`crate::max_pool2d_padded`]. Ties go to the first, as there.
///
/// # Errors
/// When the window does not fit the input.
pub fn max_pool2d(x: &Tensor, kernel: usize, stride: usize, padding: usize) -> Result<Tensor> {
    let x = &surround(x, padding)?;
    let mut best: Option<Tensor> = None;
    for ky in 0..kernel {
        let rows = view(x, 2, ky, kernel, stride)?;
        for kx in 0..kernel {
            let next = view(&rows, 3, kx, kernel, stride)?;
            best = Some(match best {
                None => next,
                Some(best) => larger(next, &best)?,
            });
        }
    }
    best.ok_or_else(|| candle_core::Error::Msg("max_pool2d: the kernel is empty".into()))
}

/// See [`crate::max_pool2d_ceil`]: minus infinity after the last row and column for the windows that go beyond them.
///
/// # Errors
/// When the window does not fit the input.
pub fn max_pool2d_ceil(x: &Tensor, kernel: usize, stride: usize) -> Result<Tensor> {
    let mut x = x.clone();
    for dim in [2, 3] {
        let left_over = (x.dim(dim)? - kernel) % stride;
        // The window after the last whole one begins `stride` further; what it lacks is never all of it.
        if left_over > 0 && left_over + kernel > stride {
            x = Tensor::cat(&[&x, &border(&x, dim, stride - left_over)?], dim)?;
        }
    }
    max_pool2d(&x, kernel, stride, 0)
}

/// `next` where it is larger than `best` or NaN.
fn larger(next: Tensor, best: &Tensor) -> Result<Tensor> {
    let best = next.gt(best)?.where_cond(&next, best)?;
    next.ne(&next)?.where_cond(&next, &best)
}

/// `padding` rows and columns of minus infinity on all sides.
fn surround(x: &Tensor, padding: usize) -> Result<Tensor> {
    let mut x = x.clone();
    if padding == 0 {
        return Ok(x);
    }
    for dim in [2, 3] {
        let border = border(&x, dim, padding)?;
        x = Tensor::cat(&[&border, &x, &border], dim)?;
    }
    Ok(x)
}

/// `thick` rows or columns of minus infinity that fit beside `x`.
fn border(x: &Tensor, dim: usize, thick: usize) -> Result<Tensor> {
    let mut dims = x.dims().to_vec();
    dims[dim] = thick;
    Tensor::full(f32::NEG_INFINITY, dims, x.device())?.to_dtype(x.dtype())
}

/// The `tap`-th index of each window along `dim`.
fn view(x: &Tensor, dim: usize, tap: usize, kernel: usize, stride: usize) -> Result<Tensor> {
    let size = x.dim(dim)?;
    let windows = (size - kernel) / stride + 1;
    if stride == 1 {
        return x.narrow(dim, tap, windows)?.contiguous();
    }
    let span = windows * stride;
    let missing = (tap + span).saturating_sub(size);
    let x = x.pad_with_zeros(dim, 0, missing)?.narrow(dim, tap, span)?;
    let mut dims = x.dims().to_vec();
    dims[dim] = windows;
    dims.insert(dim + 1, stride);
    x.reshape(dims)?.narrow(dim + 1, 0, 1)?.squeeze(dim + 1)?.contiguous()
}
