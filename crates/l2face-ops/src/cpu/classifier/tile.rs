//! The one matrix product of the classifier: a few rows by sixteen lanes, summed in registers.
#![allow(unsafe_code)]
use crate::cpu::simd::{Line, Simd};

/// Rows of one tile: twelve sums, two operands and a broadcast fill the sixteen registers of AVX2.
const ROWS: usize = 6;

/// Numbers `a[r, i]` at `r * row + i * step`, each used alone.
#[derive(Clone, Copy)]
pub(super) struct Scalars<'a> {
    pub data: &'a [f32],
    pub row: usize,
    pub step: usize,
}

/// Sixteen numbers at `i * step`, used together.
#[derive(Clone, Copy)]
pub(super) struct Lanes<'a> {
    pub data: &'a [f32],
    pub step: usize,
}

/// Sixteen numbers at `r * row`, written together.
pub(super) struct Sums<'a> {
    pub data: &'a mut [f32],
    pub row: usize,
    /// Whether what stands there is added to; otherwise it is replaced.
    pub add: bool,
}

/// out\[r\] (+)= sum over i < `terms` of a\[r, i\] b\[i\], for r < `rows`.
#[inline(always)]
pub(super) fn multiply<S: Simd>(s: S, rows: usize, terms: usize, a: Scalars<'_>, b: Lanes<'_>, mut out: Sums<'_>) {
    if rows == 0 || terms == 0 {
        return;
    }
    assert!((rows - 1) * a.row + (terms - 1) * a.step < a.data.len(), "a reaches past its slice");
    assert!((terms - 1) * b.step + 16 <= b.data.len(), "b reaches past its slice");
    assert!((rows - 1) * out.row + 16 <= out.data.len(), "the sums reach past their slice");
    let mut r = 0;
    // SAFETY: the three assertions cover every index of `rows` rows, and each call stays within them.
    unsafe {
        while r + ROWS <= rows {
            tile::<S, ROWS>(s, terms, &a, &b, &mut out, r);
            r += ROWS;
        }
        match rows - r {
            1 => tile::<S, 1>(s, terms, &a, &b, &mut out, r),
            2 => tile::<S, 2>(s, terms, &a, &b, &mut out, r),
            3 => tile::<S, 3>(s, terms, &a, &b, &mut out, r),
            4 => tile::<S, 4>(s, terms, &a, &b, &mut out, r),
            5 => tile::<S, 5>(s, terms, &a, &b, &mut out, r),
            _ => {}
        }
    }
}

/// # Safety
/// Rows `r..r + R` of `a` and `out`, and `terms` steps of `a` and `b`, lie inside their slices; `out` is borrowed alone.
#[inline(always)]
unsafe fn tile<S: Simd, const R: usize>(
    s: S,
    terms: usize,
    a: &Scalars<'_>,
    b: &Lanes<'_>,
    out: &mut Sums<'_>,
    r: usize,
) {
    let mut sums = [s.wide_splat(0.); R];
    // SAFETY: the caller's promise.
    unsafe {
        let (mut x, mut y) = (a.data.as_ptr().add(r * a.row), b.data.as_ptr());
        for i in 0..terms {
            let lanes = s.wide_load(&*y.cast::<Line>());
            for k in 0..R {
                sums[k] = s.wide_fma(s.wide_splat(*x.add(k * a.row)), lanes, sums[k]);
            }
            if i + 1 < terms {
                x = x.add(a.step);
                y = y.add(b.step);
            }
        }
        let first = out.data.as_mut_ptr().add(r * out.row);
        for k in 0..R {
            let to = &mut *first.add(k * out.row).cast::<Line>();
            let sum = if out.add { s.wide_add(sums[k], s.wide_load(to)) } else { sums[k] };
            s.wide_store(sum, to);
        }
    }
}
