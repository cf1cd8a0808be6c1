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
    /// `K` is the kernel, or 0 for one known only at run time.
    #[inline(always)]
    fn arg_max<const K: usize>(&self, plane: &[f32], y: usize, x: usize) -> usize {
        let kernel = if K > 0 { K } else { self.kernel };
        let first = y * self.stride * self.width + x * self.stride;
        let (mut best, mut largest) = (first, plane[first]);
        for ky in 0..kernel {
            let start = first + ky * self.width;
            for (kx, v) in plane[start..start + kernel].iter().enumerate() {
                if *v > largest || (v.is_nan() && !largest.is_nan()) {
                    (best, largest) = (start + kx, *v);
                }
            }
        }
        best
    }

    /// Calls `f(output pixel, index of its largest input pixel)` for a whole plane.
    #[inline(always)]
    fn for_each(&self, plane: &[f32], mut f: impl FnMut(usize, usize)) {
        let out_w = self.out_w();
        for at in 0..self.out_h() * out_w {
            let (y, x) = (at / out_w, at % out_w);
            f(
                at,
                match self.kernel {
                    2 => self.arg_max::<2>(plane, y, x),
                    _ => self.arg_max::<0>(plane, y, x),
                },
            );
        }
    }
}

/// The pooled planes of `x`, (planes, out_h * out_w).
pub(crate) fn forward(x: &[f32], window: &Window) -> Vec<f32> {
    let in_plane = window.height * window.width;
    let out_plane = window.out_h() * window.out_w();
    let mut out = vec![0f32; x.len() / in_plane * out_plane];
    out.par_chunks_mut(out_plane)
        .zip(x.par_chunks(in_plane))
        .for_each(|(out, x)| window.for_each(x, |to, from| out[to] = x[from]));
    out
}

/// The gradient of the input. Windows may overlap (stride < kernel): contributions add up.
pub(crate) fn backward(x: &[f32], dy: &[f32], window: &Window) -> Vec<f32> {
    let in_plane = window.height * window.width;
    let out_plane = window.out_h() * window.out_w();
    let mut dx = vec![0f32; x.len()];
    dx.par_chunks_mut(in_plane)
        .zip(x.par_chunks(in_plane).zip(dy.par_chunks(out_plane)))
        .for_each(|(dx, (x, dy))| window.for_each(x, |from, to| dx[to] += dy[from]));
    dx
}
