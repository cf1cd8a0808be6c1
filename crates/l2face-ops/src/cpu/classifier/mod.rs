//! The classifier W x + b with its cross-entropy, block of classes by block of classes.
//!
//! Two sweeps over the classes. The first takes each block's logits and, from them, the softmax's normaliser of every sample; the
//! second turns them into gradients and multiplies those with x and W while they are in the cache. Logits are kept between the two,
//! or computed again: then no more than one block of them exists per thread. All sums run in an order that depends on shapes alone.
// The loops over registers are counted, not iterated: iterators' closures are compiled without the kernel's instruction set.
#![allow(clippy::needless_range_loop)]
mod block;
mod exp;
mod normalise;
mod packed;
mod plan;
mod sweep;
mod tile;

#[cfg(test)]
mod tests;

pub(crate) use normalise::Normalisers;
pub(crate) use packed::row;
pub(crate) use sweep::{gradients, normalise, Gradients, Wanted};

/// The numbers of one classifier and one batch.
#[derive(Clone, Copy)]
pub(crate) struct Problem<'a> {
    /// Features (N, D).
    pub x: &'a [f32],
    /// Weights (C, D).
    pub weight: &'a [f32],
    /// Biases (C).
    pub bias: Option<&'a [f32]>,
    /// Right classes (N), all below C.
    pub labels: &'a [u32],
}

impl Problem<'_> {
    fn dim(&self) -> usize {
        self.x.len() / self.labels.len()
    }

    fn classes(&self) -> usize {
        self.weight.len() / self.dim()
    }
}
