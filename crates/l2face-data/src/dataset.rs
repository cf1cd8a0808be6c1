//! Items with labels.

use l2face_image::Rgb8;

use crate::Result;

/// Photographs or crops of identities, in a fixed order.
///
/// Items are asked for by many threads at once, in any order; what comes back depends on the index only.
pub trait Dataset: Send + Sync {
    /// The number of items.
    fn len(&self) -> usize;

    /// The number of identities; every label is below it.
    fn classes(&self) -> usize;

    /// The identity of item `i`.
    ///
    /// # Panics
    /// May panic when `i` is not below `len`.
    fn label(&self, i: usize) -> u32;

    /// The image of item `i`, ready for the network's size if it is to be loaded in batches.
    ///
    /// # Errors
    /// An unreadable image; the message names it.
    fn get(&self, i: usize) -> Result<Rgb8>;

    /// A name of item `i` for messages.
    fn id(&self, i: usize) -> String;

    /// Whether there are no items.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
