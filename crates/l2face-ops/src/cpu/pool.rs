//! Max pooling without padding; the gradient goes to the first largest value of each window.
use rayon::prelude::*;

/// Sizes of one pooling.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub height: usize,
    pub width: usize,
    pub kernel: usize,
    pub stride: usize,
}

impl Window {
    pub fn out_h(&self) -> usize {
        (self.height - self.kernel) / self.stride + 1
    }

    pub fn out_w(&self) -> usize {
        (self.width - self.kernel) / self.stride + 1
    }

    /// Index of the first largest value in the window of output pixel (y, x); a NaN counts as largest.
    #[inline(always)]
    fn arg_max(&self, plane: &[f32], y: usize, x: usize) -> usize {
        let first = y * self.stride * self.width + x * self.stride;
        let mut best = first;
        for ky in 0..self.kernel {
            let line = first + ky * self.width;
            for at in line..line + self.kernel {
                if plane[at] > plane[best] || (plane[at].is_nan() && !plane[best].is_nan()) {
                    best = at;
                }
            }
        }
        best
    }
}

/// The pooled planes of `x`, (planes, out_h * out_w).
pub(crate) fn forward(x: &[f32], window: &Window) -> Vec<f32> {
    let (in_plane, out_w) = (window.height * window.width, window.out_w());
    let out_plane = window.out_h() * out_w;
    let mut out = vec![0f32; x.len() / in_plane * out_plane];
    out.par_chunks_mut(out_plane)
        .zip(x.par_chunks(in_plane))
        .for_each(|(out, x)| {
            for (y, line) in out.chunks_exact_mut(out_w).enumerate() {
                for (column, out) in line.iter_mut().enumerate() {
                    *out = x[window.arg_max(x, y, column)];
                }
            }
        });
    out
}

/// The gradient of the input. Windows may overlap (stride < kernel): contributions add up.
pub(crate) fn backward(x: &[f32], dy: &[f32], window: &Window) -> Vec<f32> {
    let (in_plane, out_w) = (window.height * window.width, window.out_w());
    let out_plane = window.out_h() * out_w;
    let mut dx = vec![0f32; x.len()];
    dx.par_chunks_mut(in_plane)
        .zip(x.par_chunks(in_plane).zip(dy.par_chunks(out_plane)))
        .for_each(|(dx, (x, dy))| {
            for (y, line) in dy.chunks_exact(out_w).enumerate() {
                for (column, dy) in line.iter().enumerate() {
                    dx[window.arg_max(x, y, column)] += dy;
                }
            }
        });
    dx
}
