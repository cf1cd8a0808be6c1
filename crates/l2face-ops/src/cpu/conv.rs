//! The forward convolution: unfold a block, one matrix product on it, in parallel over blocks.
use super::gemm::{product, Mat, MatMut};
use super::im2col::{padded_plane, Unfold, SLACK};
use super::prelu::{activate_images, activate_in_place, Params};
use super::{grouped, winograd};
use crate::geometry::Geometry;
use rayon::prelude::*;
use std::cell::RefCell;
use std::ops::Range;

/// Columns of one matrix product, about.
const TILE: usize = 512;

/// Work buffers of one thread, kept between calls.
#[derive(Default)]
pub(crate) struct Scratch {
    /// Unfolded patches.
    pub cols: Vec<f32>,
    /// One padded input plane.
    pub plane: Vec<f32>,
    /// Outputs or their gradients of several images, channel by channel.
    pub rows: Vec<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Runs `f` with this thread's buffers.
pub(crate) fn with_scratch<R>(f: impl FnOnce(&mut Scratch) -> R) -> R {
    // A rayon worker never starts a second kernel inside `f`: nothing there waits on other tasks.
    SCRATCH.with_borrow_mut(f)
}

/// The first `len` numbers of a buffer, grown as needed; their values are left over from before.
pub(crate) fn reserve(buffer: &mut Vec<f32>, len: usize) -> &mut [f32] {
    reserve_of(buffer, len, 0.)
}

/// The first `len` items of a buffer, grown as needed; their values are left over from before.
pub(crate) fn reserve_of<T: Clone>(buffer: &mut Vec<T>, len: usize, fill: T) -> &mut [T] {
    if buffer.len() < len {
        buffer.resize(len, fill);
    }
    &mut buffer[..len]
}

/// How a batch is cut into matrix products. It depends on shapes only, never on the threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tiling {
    /// Images per product; more than one only when `rows` is the whole image.
    pub images: usize,
    /// Output rows per product.
    pub rows: usize,
}

impl Tiling {
    pub fn of(g: &Geometry) -> Self {
        let plane = g.out_plane();
        if plane >= TILE / 2 {
            let tiles = plane.div_ceil(TILE).min(g.out_h);
            let rows = g.out_h.div_ceil(tiles);
            return Self { images: 1, rows };
        }
        // A multiple of four products, so that two or four threads finish together.
        let products = (g.batch * plane).div_ceil(TILE).next_multiple_of(4);
        Self { images: g.batch.div_ceil(products), rows: g.out_h }
    }
}

/// y (N, O, oh, ow) = convolution of x (N, C, H, W) with w (O, C, kh, kw).
pub(crate) fn forward(g: &Geometry, x: &[f32], w: &[f32]) -> Vec<f32> {
    if winograd::suits(g) {
        return winograd::forward(g, x, w, true, None).0;
    }
    if grouped::suits(g) {
        return grouped::forward(g, 1, x, w);
    }
    forward_direct(g, x, weight_rows(g, w))
}

/// Numbers that [`forward`] of one image lays out.
pub(crate) fn scratch(g: &Geometry) -> usize {
    match (winograd::suits(g), grouped::suits(g), g.is_pointwise()) {
        (true, ..) => winograd::scratch(g),
        (_, true, _) => grouped::scratch(g),
        (.., true) => 0,
        _ => {
            let rows = Tiling::of(&Geometry { batch: 1, ..*g }).rows;
            g.patch().saturating_mul(rows * g.out_w + SLACK).saturating_add(padded_plane(g, rows))
        }
    }
}

/// The weights as the matrix that the unfolded input is multiplied with, (O, C kh kw).
pub(crate) fn weight_rows<'a>(g: &Geometry, w: &'a [f32]) -> Mat<'a> {
    Mat::new(w, g.out_channels, g.patch(), g.patch())
}

/// [`forward`] by unfolding, for any geometry; `w` as [`weight_rows`].
pub(crate) fn forward_direct(g: &Geometry, x: &[f32], w: Mat<'_>) -> Vec<f32> {
    let mut y = vec![0f32; g.batch * g.out_image()];
    let tiling = Tiling::of(g);
    y.par_chunks_mut(tiling.images * g.out_image())
        .zip(x.par_chunks(tiling.images * g.in_image()))
        .for_each(|(y, x)| block(g, &tiling, x, w, y));
    y
}

/// PReLU of the convolution plus bias, and, if `convolved`, the convolution alone (otherwise empty).
/// Each block is activated while it is in the cache.
pub(crate) fn forward_prelu(
    g: &Geometry,
    x: &[f32],
    w: &[f32],
    convolved: bool,
    p: Params<'_>,
) -> (Vec<f32>, Vec<f32>) {
    if winograd::suits(g) {
        let (z, y) = winograd::forward(g, x, w, convolved, Some(p));
        return (y, z);
    }
    if grouped::suits(g) && !convolved {
        return (grouped::forward_prelu(g, x, w, p), Vec::new());
    }
    let w = weight_rows(g, w);
    let mut y = vec![0f32; g.batch * g.out_image()];
    let tiling = Tiling::of(g);
    let size = tiling.images * g.out_image();
    if !convolved {
        y.par_chunks_mut(size).zip(x.par_chunks(tiling.images * g.in_image())).for_each(|(y, x)| {
            block(g, &tiling, x, w, y);
            activate_in_place(y, g.out_plane(), p);
        });
        return (y, Vec::new());
    }
    let mut z = vec![0f32; y.len()];
    y.par_chunks_mut(size).zip(z.par_chunks_mut(size)).zip(x.par_chunks(tiling.images * g.in_image())).for_each(
        |((y, z), x)| {
            block(g, &tiling, x, w, z);
            activate_images(z, g.out_plane(), p, y);
        },
    );
    (y, z)
}

/// The convolution of consecutive images that one task takes.
fn block(g: &Geometry, tiling: &Tiling, x: &[f32], w: Mat<'_>, y: &mut [f32]) {
    with_scratch(|scratch| match y.len() / g.out_image() {
        1 => one_image(g, tiling.rows, x, w, y, scratch),
        n => several_images(g, n, x, w, y, scratch),
    })
}

fn one_image(g: &Geometry, rows: usize, x: &[f32], w: Mat<'_>, out: &mut [f32], scratch: &mut Scratch) {
    let k = g.patch();
    for top in (0..g.out_h).step_by(rows) {
        let rows = top..(top + rows).min(g.out_h);
        let n = rows.len() * g.out_w;
        let stride = n + SLACK;
        if g.is_pointwise() {
            product(
                MatMut::new(&mut out[top * g.out_w..], g.out_channels, n, g.out_plane()),
                w,
                Mat::new(&x[top * g.out_w..], k, n, g.out_plane()),
                false,
            );
            continue;
        }
        let mut unfold = Unfold::new(&mut scratch.cols, &mut scratch.plane, k, stride);
        unfold.image(g, x, 0..g.in_channels, rows, 0);
        product(
            MatMut::new(&mut out[top * g.out_w..], g.out_channels, n, g.out_plane()),
            w,
            Mat::new(unfold.cols, k, n, stride),
            false,
        );
    }
}

fn several_images(g: &Geometry, images: usize, x: &[f32], w: Mat<'_>, out: &mut [f32], scratch: &mut Scratch) {
    let (k, plane) = (g.patch(), g.out_plane());
    let n = images * plane;
    let stride = n + SLACK;
    let mut unfold = Unfold::new(&mut scratch.cols, &mut scratch.plane, k, stride);
    for (i, image) in x.chunks_exact(g.in_image()).enumerate() {
        unfold.image(g, image, 0..g.in_channels, 0..g.out_h, i * plane);
    }
    let result = reserve(&mut scratch.rows, g.out_channels * n);
    product(MatMut::new(result, g.out_channels, n, n), w, Mat::new(unfold.cols, k, n, stride), false);
    for (i, image) in out.chunks_exact_mut(g.out_image()).enumerate() {
        for (to, from) in image.chunks_exact_mut(plane).zip(result.chunks_exact(n)) {
            to.copy_from_slice(&from[i * plane..(i + 1) * plane]);
        }
    }
}

/// (channels, images plane): these output channels of consecutive images, each image's pixels after those of the one before.
pub(crate) fn side_by_side<'a>(g: &Geometry, channels: Range<usize>, dy: &[f32], rows: &'a mut Vec<f32>) -> &'a [f32] {
    let (plane, n) = (g.out_plane(), dy.len() / g.out_channels);
    let rows = reserve(rows, channels.len() * n);
    for (i, dy) in dy.chunks_exact(g.out_image()).enumerate() {
        let dy = &dy[channels.start * plane..channels.end * plane];
        for (to, from) in rows.chunks_exact_mut(n).zip(dy.chunks_exact(plane)) {
            to[i * plane..(i + 1) * plane].copy_from_slice(from);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Result, Shape};

    /// What a fresh thread's buffers have grown to.
    fn grown(g: &Geometry) -> usize {
        let (x, w) = (vec![0.; g.in_image()], vec![0.; g.out_channels * g.patch()]);
        let run = || {
            forward(g, &x, &w);
            with_scratch(|s| s.cols.len() + s.plane.len() + s.rows.len())
        };
        rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread").install(run)
    }

    #[test]
    fn scratch_is_counted_as_it_is_taken() -> Result<()> {
        for ([c, h, w], [o, kh, kw], stride, padding) in [
            ([8, 20, 21], [3, 5, 4], 1, 1),
            ([8, 90, 700], [3, 3, 3], 1, 1),
            ([5, 9, 9], [2, 2, 2], 3, 0),
            ([5, 9, 9], [2, 1, 1], 2, 0),
            ([5, 9, 9], [2, 1, 1], 1, 0),
            ([3, 30, 20], [8, 7, 7], 2, 3),
            ([1, 2, 9], [8, 2, 2], 6, 0),
        ] {
            let g = Geometry::new(&Shape::from((1, c, h, w)), &Shape::from((o, c, kh, kw)), stride, padding)?;
            assert_eq!(scratch(&g), grown(&g), "{g:?}");
        }
        Ok(())
    }
}
