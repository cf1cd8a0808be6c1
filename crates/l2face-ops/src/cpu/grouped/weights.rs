//! The gradient of the weights of every group.
#![allow(unsafe_code)]
use super::frame::Frame;
use crate::cpu::conv::{reserve, with_scratch};
use crate::cpu::simd::{dispatch, Eight, Kernel, Simd};
use crate::geometry::Geometry;
use rayon::prelude::*;

/// Numbers that one task lays out at a time, about: they stay in the second cache.
const TASK: usize = 1 << 16;

/// dw (G O, C, kh, kw) of x (N, G C, H, W) and dy (N, G O, oh, ow); `g` has the sizes of one group.
pub(crate) fn weights(g: &Geometry, groups: usize, x: &[f32], dy: &[f32]) -> Vec<f32> {
    let frame = Frame::of_input(g);
    let offsets = frame.offsets();
    let per_image = frame.len() + g.out_channels * frame.out_len();
    let images = (TASK / per_image).clamp(1, g.batch);
    let chunks = g.batch.div_ceil(images);
    let task = |i: usize| {
        let (group, first) = (i / chunks, i % chunks * images);
        let all = first..g.batch.min(first + images);
        let (from, to) = (g.in_image(), g.out_image());
        let sources: Vec<&[f32]> = all.clone().map(|n| &x[(n * groups + group) * from..][..from]).collect();
        let gradients: Vec<&[f32]> = all.map(|n| &dy[(n * groups + group) * to..][..to]).collect();
        one_task(g, &frame, &offsets, &sources, &gradients)
    };
    let parts: Vec<Vec<f32>> = (0..groups * chunks).into_par_iter().map(task).collect();
    parts.chunks_exact(chunks).flat_map(sum).collect()
}

/// The sum of equally long lists, in order.
fn sum(parts: &[Vec<f32>]) -> Vec<f32> {
    let mut all = parts[0].clone();
    for part in &parts[1..] {
        all.iter_mut().zip(part).for_each(|(a, b)| *a += b);
    }
    all
}

/// One group's gradient over some images.
fn one_task(g: &Geometry, frame: &Frame, offsets: &[usize], sources: &[&[f32]], gradients: &[&[f32]]) -> Vec<f32> {
    let mut dw = vec![0f32; g.out_channels * offsets.len()];
    with_scratch(|scratch| {
        let planes = reserve(&mut scratch.plane, sources.len() * frame.len());
        for (source, to) in sources.iter().zip(planes.chunks_exact_mut(frame.len())) {
            frame.fill(source, to);
        }
        let rows = reserve(&mut scratch.rows, sources.len() * g.out_channels * frame.out_len());
        rows.fill(0.);
        for (dy, to) in gradients.iter().zip(rows.chunks_exact_mut(g.out_channels * frame.out_len())) {
            lay_out(frame, dy, to);
        }
        dispatch(Dots { planes, rows, offsets, len: frame.out_len(), frame: frame.len(), dw: &mut dw });
    });
    dw
}

/// The outputs' gradients in the rows of the frame, zeros between them.
fn lay_out(frame: &Frame, dy: &[f32], to: &mut [f32]) {
    for (dy, to) in dy.chunks_exact(frame.out_plane()).zip(to.chunks_exact_mut(frame.out_len())) {
        for (from, to) in dy.chunks_exact(frame.out_w).zip(to.chunks_mut(frame.pitch)) {
            to[..frame.out_w].copy_from_slice(from);
        }
    }
}

/// dw\[o\]\[t\] = sum over images and i of rows\[image\]\[o\]\[i\] planes\[image\]\[offsets\[t\] + i\].
struct Dots<'a> {
    planes: &'a [f32],
    rows: &'a [f32],
    offsets: &'a [usize],
    len: usize,
    frame: usize,
    dw: &'a mut [f32],
}

impl Kernel for Dots<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let terms = self.offsets.len();
        let (outputs, images) = (self.dw.len() / terms, self.planes.len() / self.frame);
        let last = self.offsets.iter().copied().max().unwrap_or(0);
        assert!(self.len.is_multiple_of(8) && last + self.len <= self.frame);
        assert!(self.rows.len() == images * outputs * self.len && self.planes.len() == images * self.frame);
        let (mut o, mut t);
        o = 0;
        while o < outputs {
            let some = if o + 4 <= outputs { 4 } else { 1 };
            t = 0;
            while t < terms {
                let three = t + 3 <= terms;
                // SAFETY: all of `some` outputs from `o` and the taps from `t` exist, and the assertions bound every offset.
                unsafe {
                    match (some, three) {
                        (4, true) => self.tile::<S, 4, 3>(s, o, t),
                        (4, false) => self.tile::<S, 4, 1>(s, o, t),
                        (_, true) => self.tile::<S, 1, 3>(s, o, t),
                        _ => self.tile::<S, 1, 1>(s, o, t),
                    }
                }
                t += if three { 3 } else { 1 };
            }
            o += some;
        }
    }
}

impl Dots<'_> {
    /// # Safety
    /// Outputs `o..o + R` and taps `t..t + T` exist; every offset plus `len` lies inside a frame.
    #[inline(always)]
    unsafe fn tile<S: Simd, const R: usize, const T: usize>(&mut self, s: S, o: usize, t: usize) {
        let (terms, len) = (self.offsets.len(), self.len);
        let image_rows = self.dw.len() / terms * len;
        let mut sums = [[s.splat(0.); T]; R];
        for image in 0..self.planes.len() / self.frame {
            // SAFETY: the caller's promise.
            unsafe {
                let rows = self.rows.as_ptr().add(image * image_rows + o * len);
                let planes = self.planes.as_ptr().add(image * self.frame);
                let mut taps = [planes; T];
                for k in 0..T {
                    taps[k] = planes.add(*self.offsets.get_unchecked(t + k));
                }
                for i in (0..len).step_by(8) {
                    let mut x = [s.splat(0.); T];
                    for k in 0..T {
                        x[k] = s.load(&*taps[k].add(i).cast::<Eight>());
                    }
                    for r in 0..R {
                        let dy = s.load(&*rows.add(r * len + i).cast::<Eight>());
                        for k in 0..T {
                            sums[r][k] = s.fma(dy, x[k], sums[r][k]);
                        }
                    }
                }
            }
        }
        for r in 0..R {
            for k in 0..T {
                let mut lanes = [0.; 8];
                s.store(sums[r][k], &mut lanes);
                self.dw[(o + r) * terms + t + k] = lanes.iter().sum();
            }
        }
    }
}
