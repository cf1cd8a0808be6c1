//! An output that several tasks fill at once, each its own pixels.
#![allow(unsafe_code)]
use std::marker::PhantomData;

/// A slice whose parts are handed out to several threads.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a> {
    data: *mut f32,
    len: usize,
    lifetime: PhantomData<&'a mut [f32]>,
}

// SAFETY: all that it does is hand out parts, and whoever asks for one promises that nobody else has it.
unsafe impl Send for Shared<'_> {}
// SAFETY: as above.
unsafe impl Sync for Shared<'_> {}

impl<'a> Shared<'a> {
    pub fn new(data: &'a mut [f32]) -> Self {
        Self { data: data.as_mut_ptr(), len: data.len(), lifetime: PhantomData }
    }

    /// The part from `at` on.
    ///
    /// # Safety
    /// No two parts that live at once overlap.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn part(&self, at: usize, len: usize) -> &mut [f32] {
        assert!(at <= self.len && len <= self.len - at, "part reaches past its slice");
        // SAFETY: inside the slice, which is borrowed mutably for 'a; the caller keeps parts apart.
        unsafe { std::slice::from_raw_parts_mut(self.data.add(at), len) }
    }
}
