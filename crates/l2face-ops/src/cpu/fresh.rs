//! Outputs that are written once, without being filled with zeros before.
#![allow(unsafe_code)]
use std::mem::MaybeUninit;

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
