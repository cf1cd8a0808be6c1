//! How much a classifier may remember between its two passes.
use crate::cpu::classifier::row;

/// How much memory the logits (N, C) of a batch may take between the forward and the backward pass.
///
/// Within the budget they are kept. Above it they are computed twice, block of classes by block of classes: a third more
/// arithmetic, and no more than a block of them at any time. Where [`compose`](crate::compose) runs, they are always kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogitBudget {
    bytes: usize,
}

impl LogitBudget {
    /// Keep them whatever they take.
    pub const KEEP: Self = Self { bytes: usize::MAX };
    /// Never keep more than a block.
    pub const BLOCKWISE: Self = Self { bytes: 0 };

    /// Keep them where they take at most so many bytes. A class takes the batch, rounded up to an odd multiple of 16, times 4 bytes.
    #[must_use]
    pub fn bytes(bytes: usize) -> Self {
        Self { bytes }
    }

    /// Whether `samples` x `classes` of them fit.
    pub(crate) fn keeps(self, samples: usize, classes: usize) -> bool {
        row(samples).saturating_mul(classes).saturating_mul(size_of::<f32>()) <= self.bytes
    }
}

impl Default for LogitBudget {
    /// 512 MiB: a batch of 256 and 490,000 classes.
    fn default() -> Self {
        Self { bytes: 512 << 20 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_fits() {
        assert!(LogitBudget::default().keeps(256, 58_207) && !LogitBudget::default().keeps(256, 1_000_000));
        assert!(LogitBudget::KEEP.keeps(usize::MAX - 16, 2) && !LogitBudget::BLOCKWISE.keeps(1, 1));
        // Two samples take a row of 16 numbers, 256 take one of 272.
        assert!(LogitBudget::bytes(320).keeps(2, 5) && !LogitBudget::bytes(319).keeps(2, 5));
        assert!(LogitBudget::default().keeps(256, 490_000) && !LogitBudget::default().keeps(256, 500_000));
    }
}
