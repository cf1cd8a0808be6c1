//! Max pooling; the gradient goes to the first largest value of each window.
use rayon::prelude::*;
use std::ops::Range;

/// Sizes of one pooling.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub height: usize,
    pub width: usize,
    pub kernel: usize,
    pub stride: usize,
    pub padding: usize,
    /// Whether a last window that only begins inside the padded plane counts.
    pub ceil: bool,
}

impl Window {
    pub fn out_h(&self) -> usize {
        self.count(self.height)
    }

    pub fn out_w(&self) -> usize {
        self.count(self.width)
    }

    /// Windows along an axis of `size` pixels.
    fn count(&self, size: usize) -> usize {
        let room = size + 2 * self.padding - self.kernel;
        let whole = room / self.stride + 1;
        // One more where pixels are left over, if it begins on a pixel and not in the padding after the last.
        let begins_inside = whole * self.stride < size + self.padding;
        whole + usize::from(self.ceil && !room.is_multiple_of(self.stride) && begins_inside)
    }

    fn in_plane(&self) -> usize {
        self.height * self.width
    }

    fn out_plane(&self) -> usize {
        self.out_h() * self.out_w()
    }

    /// The pixels of one axis that window `i` has inside the plane; never none, as the padding is at most half the kernel.
    fn inside(&self, i: usize, size: usize) -> Range<usize> {
        let start = i * self.stride;
        start.saturating_sub(self.padding)..(start + self.kernel - self.padding).min(size)
    }

    /// Index of the first largest value in the window of output `(y, x)`; a NaN counts as largest.
    fn arg_max(&self, plane: &[f32], y: usize, x: usize) -> usize {
        let (rows, columns) = (self.inside(y, self.height), self.inside(x, self.width));
        let mut best = rows.start * self.width + columns.start;
        for row in rows {
            for at in row * self.width + columns.start..row * self.width + columns.end {
                if plane[at] > plane[best] || (plane[at].is_nan() && !plane[best].is_nan()) {
                    best = at;
                }
            }
        }
        best
    }

    /// Calls `f(output pixel, index of its largest input pixel)` for a whole plane.
    fn for_each(&self, plane: &[f32], mut f: impl FnMut(usize, usize)) {
        let out_w = self.out_w();
        for y in 0..self.out_h() {
            for x in 0..out_w {
                f(y * out_w + x, self.arg_max(plane, y, x));
            }
        }
    }

    /// Whether [`halve`] gives all windows.
    fn is_halving(&self) -> bool {
        let whole = !self.ceil || (self.height.is_multiple_of(2) && self.width.is_multiple_of(2));
        self.kernel == 2 && self.stride == 2 && self.padding == 0 && whole
    }
}

/// The pooled planes of `x`, (planes, out_h * out_w).
pub(crate) fn forward(x: &[f32], window: &Window) -> Vec<f32> {
    let mut y = vec![0f32; x.len() / window.in_plane() * window.out_plane()];
    y.par_chunks_mut(window.out_plane()).zip(x.par_chunks(window.in_plane())).for_each(|(y, x)| {
        match window.is_halving() {
            true => halve(x, window, y),
            false => by_lines(x, window, y),
        }
    });
    y
}

/// The pooled plane: the largest of each window's rows, column by column, and of those the largest of its columns.
fn by_lines(x: &[f32], window: &Window, y: &mut [f32]) {
    let mut line = vec![0f32; window.width];
    for (i, y) in y.chunks_exact_mut(window.out_w()).enumerate() {
        let rows = window.inside(i, window.height);
        let (first, rest) = x[rows.start * window.width..rows.end * window.width].split_at(window.width);
        line.copy_from_slice(first);
        for row in rest.chunks_exact(window.width) {
            line.iter_mut().zip(row).for_each(|(best, &next)| *best = larger(*best, next));
        }
        for (j, y) in y.iter_mut().enumerate() {
            let window = &line[window.inside(j, window.width)];
            *y = window[1..].iter().fold(window[0], |best, &next| larger(best, next));
        }
    }
}

/// The gradient of the input. Windows may overlap (stride < kernel): contributions add up.
pub(crate) fn backward(x: &[f32], dy: &[f32], window: &Window) -> Vec<f32> {
    let mut dx = vec![0f32; x.len()];
    dx.par_chunks_mut(window.in_plane())
        .zip(x.par_chunks(window.in_plane()))
        .zip(dy.par_chunks(window.out_plane()))
        .for_each(|((dx, x), dy)| match window.is_halving() {
            true => halve_backward(x, dy, window, dx),
            false => window.for_each(x, |from, to| dx[to] += dy[from]),
        });
    dx
}

/// `b` where it is larger than `a` or NaN.
#[inline(always)]
fn larger(a: f32, b: f32) -> f32 {
    if (b > a) | b.is_nan() {
        b
    } else {
        a
    }
}

/// The 2x2 windows of one plane, without branches on the data.
fn halve(x: &[f32], window: &Window, y: &mut [f32]) {
    let lines = x.chunks_exact(2 * window.width);
    for (y, lines) in y.chunks_exact_mut(window.out_w()).zip(lines) {
        let (top, bottom) = lines.split_at(window.width);
        let pairs = top.chunks_exact(2).zip(bottom.chunks_exact(2));
        for (y, (t, b)) in y.iter_mut().zip(pairs) {
            *y = larger(larger(t[0], t[1]), larger(b[0], b[1]));
        }
    }
}

/// The gradient of [`halve`]; `dx` starts as zeros.
fn halve_backward(x: &[f32], dy: &[f32], window: &Window, dx: &mut [f32]) {
    let width = window.width;
    let lines = x.chunks_exact(2 * width).zip(dx.chunks_exact_mut(2 * width));
    for (dy, (x, dx)) in dy.chunks_exact(window.out_w()).zip(lines) {
        let (top, bottom) = x.split_at(width);
        let (d_top, d_bottom) = dx.split_at_mut(width);
        let pairs = top.chunks_exact(2).zip(bottom.chunks_exact(2));
        let d_pairs = d_top.chunks_exact_mut(2).zip(d_bottom.chunks_exact_mut(2));
        for (dy, ((t, b), (dt, db))) in dy.iter().zip(pairs.zip(d_pairs)) {
            let shares = first_largest([t[0], t[1], b[0], b[1]]).map(|one| one * dy);
            dt.copy_from_slice(&shares[..2]);
            db.copy_from_slice(&shares[2..]);
        }
    }
}

/// 1 at the first largest of four values (a NaN counts as largest), 0 elsewhere.
#[inline(always)]
fn first_largest(v: [f32; 4]) -> [f32; 4] {
    let beats = |b: f32, a: f32| (b > a) | (b.is_nan() & !a.is_nan());
    let (right, low_right) = (beats(v[1], v[0]), beats(v[3], v[2]));
    let low = beats(larger(v[2], v[3]), larger(v[0], v[1]));
    let one = |yes: bool| f32::from(u8::from(yes));
    [one(!low & !right), one(!low & right), one(low & !low_right), one(low & low_right)]
}
