//! Outputs that are written once, without being filled with zeros before.
#![allow(unsafe_code)]
use rayon::prelude::*;
use std::mem::MaybeUninit;

/// Numbers of one task.
const TASK: usize = 1 << 14;

/// `len` numbers, of which `write` writes every one.
///
/// # Safety
/// `write` must leave no number of its slice unwritten.
pub(crate) unsafe fn written(len: usize, write: impl FnOnce(&mut [MaybeUninit<f32>])) -> Vec<f32> {
    let mut numbers = Vec::with_capacity(len);
    write(&mut numbers.spare_capacity_mut()[..len]);
    // SAFETY: the capacity is there, and the caller vouches for the values.
    unsafe { numbers.set_len(len) };
    numbers
}

/// `f` of each pair of numbers.
pub(crate) fn pairwise(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32 + Sync) -> Vec<f32> {
    assert_eq!(a.len(), b.len());
    let fill = |out: &mut [MaybeUninit<f32>]| {
        out.par_chunks_mut(TASK).zip(a.par_chunks(TASK).zip(b.par_chunks(TASK))).for_each(|(out, (a, b))| {
            for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
                out.write(f(*a, *b));
            }
        });
    };
    // SAFETY: all three have one length, and each number is written.
    unsafe { written(a.len(), fill) }
}
