//! The convolution of every group.
#![allow(unsafe_code)]
use super::frame::Frame;
use crate::cpu::conv::{reserve, with_scratch};
use crate::cpu::simd::{dispatch, Kernel, Line, Simd};
use rayon::prelude::*;

/// `outputs` channels per group from the frames of `source`; `finish` has each group of each image while it is in the cache.
pub(super) fn convolve(
    frame: &Frame,
    groups: usize,
    outputs: usize,
    source: &[f32],
    w: &[f32],
    finish: impl Fn(&mut [f32]) + Sync,
) -> Vec<f32> {
    let (from, to) = (frame.channels * frame.source_plane(), outputs * frame.out_plane());
    let offsets = frame.offsets();
    let mut y = vec![0f32; source.len() / from * to];
    y.par_chunks_mut(to).zip(source.par_chunks(from)).enumerate().for_each(|(i, (y, source))| {
        let w = &w[i % groups * outputs * offsets.len()..][..outputs * offsets.len()];
        with_scratch(|scratch| {
            let planes = reserve(&mut scratch.plane, frame.len());
            frame.fill(source, planes);
            let out = reserve(&mut scratch.rows, outputs * frame.out_len());
            dispatch(Taps { w, offsets: &offsets, planes, out, outputs });
            compact(frame, out, y);
            finish(y);
        })
    });
    y
}

/// Drops what lies between the rows.
fn compact(frame: &Frame, out: &[f32], y: &mut [f32]) {
    for (out, y) in out.chunks_exact(frame.out_len()).zip(y.chunks_exact_mut(frame.out_plane())) {
        for (from, to) in out.chunks(frame.pitch).zip(y.chunks_exact_mut(frame.out_w)) {
            to.copy_from_slice(&from[..frame.out_w]);
        }
    }
}

/// out\[o\]\[i\] = sum over taps t of w\[o\]\[t\] planes\[offsets\[t\] + i\].
struct Taps<'a> {
    w: &'a [f32],
    offsets: &'a [usize],
    planes: &'a [f32],
    out: &'a mut [f32],
    outputs: usize,
}

impl Kernel for Taps<'_> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (len, terms) = (self.out.len() / self.outputs, self.offsets.len());
        let last = self.offsets.iter().copied().max().unwrap_or(0);
        assert!(len % 16 == 0 && last + len <= self.planes.len() && self.w.len() == self.outputs * terms);
        for at in (0..len).step_by(16) {
            let mut o = 0;
            // SAFETY: `last + len` lies inside the planes, so every offset plus sixteen from `at` does; the weights have `outputs`
            // rows of `terms`, the outputs as many rows of `len`, and no tile reaches past row `outputs`.
            unsafe {
                while o + 4 <= self.outputs {
                    tile::<S, 4>(
                        s,
                        &self.w[o * terms..],
                        self.offsets,
                        &self.planes[at..],
                        &mut self.out[o * len + at..],
                        len,
                    );
                    o += 4;
                }
                while o < self.outputs {
                    tile::<S, 1>(
                        s,
                        &self.w[o * terms..],
                        self.offsets,
                        &self.planes[at..],
                        &mut self.out[o * len + at..],
                        len,
                    );
                    o += 1;
                }
            }
        }
    }
}

/// # Safety
/// `w` has R rows of `offsets.len()` numbers, `planes` sixteen from every offset on, `out` sixteen at R rows `len` apart.
#[inline(always)]
unsafe fn tile<S: Simd, const R: usize>(
    s: S,
    w: &[f32],
    offsets: &[usize],
    planes: &[f32],
    out: &mut [f32],
    len: usize,
) {
    let terms = offsets.len();
    let mut sums = [s.wide_splat(0.); R];
    // SAFETY: the caller's promise.
    unsafe {
        let w = w.as_ptr();
        for t in 0..terms {
            let from = planes.as_ptr().add(*offsets.get_unchecked(t));
            let lanes = s.wide_load(&*from.cast::<Line>());
            for r in 0..R {
                sums[r] = s.wide_fma(s.wide_splat(*w.add(r * terms + t)), lanes, sums[r]);
            }
        }
        for r in 0..R {
            let to = out.as_mut_ptr().add(r * len);
            s.wide_store(sums[r], &mut *to.cast::<Line>());
        }
    }
}
