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

    fn in_plane(&self) -> usize {
        self.height * self.width
    }

    fn out_plane(&self) -> usize {
        self.out_h() * self.out_w()
    }

    /// Index of the first largest value in the window whose top left pixel is `first`; a NaN counts as
    /// largest. `K` is the kernel, or 0 for one known only at run time.
    #[inline(always)]
    fn arg_max<const K: usize>(&self, plane: &[f32], first: usize) -> usize {
        let kernel = if K > 0 { K } else { self.kernel };
        let (mut best, mut largest) = (first, plane[first]);
        for ky in 0..kernel {
            let start = first + ky * self.width;
            for (kx, v) in plane[start..start + kernel].iter().enumerate() {
                let larger = *v > largest || (v.is_nan() && !largest.is_nan());
                (best, largest) = if larger {
                    (start + kx, *v)
                } else {
                    (best, largest)
                };
            }
        }
        best
    }

    /// Calls `f(output pixel, index of its largest input pixel)` for a whole plane.
    #[inline(always)]
    fn for_each<const K: usize>(&self, plane: &[f32], mut f: impl FnMut(usize, usize)) {
        let out_w = self.out_w();
        for y in 0..self.out_h() {
            for x in 0..out_w {
                let first = (y * self.width + x) * self.stride;
                f(y * out_w + x, self.arg_max::<K>(plane, first));
            }
        }
    }

    /// [`Window::for_each`] with the usual kernel known to the compiler.
    #[inline(always)]
    fn scan(&self, plane: &[f32], f: impl FnMut(usize, usize)) {
        match self.kernel {
            2 => self.for_each::<2>(plane, f),
            _ => self.for_each::<0>(plane, f),
        }
    }
}

/// The pooled planes of `x`, (planes, out_h * out_w).
pub(crate) fn forward(x: &[f32], window: &Window) -> Vec<f32> {
    let mut y = vec![0f32; x.len() / window.in_plane() * window.out_plane()];
    y.par_chunks_mut(window.out_plane())
        .zip(x.par_chunks(window.in_plane()))
        .for_each(|(y, x)| window.scan(x, |to, from| y[to] = x[from]));
    y
}

/// The gradient of the input. Windows may overlap (stride < kernel): contributions add up.
pub(crate) fn backward(x: &[f32], dy: &[f32], window: &Window) -> Vec<f32> {
    let mut dx = vec![0f32; x.len()];
    dx.par_chunks_mut(window.in_plane())
        .zip(x.par_chunks(window.in_plane()))
        .zip(dy.par_chunks(window.out_plane()))
        .for_each(|((dx, x), dy)| window.scan(x, |from, to| dx[to] += dy[from]));
    dx
}
