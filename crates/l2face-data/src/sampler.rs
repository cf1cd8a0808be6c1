//! The order in which an epoch visits its items.

use rand::RngCore;

/// A permutation of 0 .. `len`, a pure function of seed and epoch: resuming needs no other state.
///
/// Fisher and Yates' shuffle on the stream "epoch" of the seed; the same on every platform and for every version of rand.
///
/// # Panics
/// When `len` does not fit `u32`.
pub fn epoch_order(seed: u64, epoch: u64, len: usize) -> Vec<u32> {
    let len = u32::try_from(len).expect("at most u32::MAX items");
    let mut rng = l2face_seed::substream(seed, "epoch", epoch);
    let mut order: Vec<u32> = (0..len).collect();
    for last in (1..order.len()).rev() {
        order.swap(last, below(rng.next_u64(), last + 1));
    }
    order
}

/// A whole number below `n` from 64 random bits; the bias is below n / 2^64.
fn below(bits: u64, n: usize) -> usize {
    ((u128::from(bits) * n as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_once_and_another_order_each_time() {
        let order = epoch_order(7, 0, 1000);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..1000).collect::<Vec<_>>());
        assert_eq!(order, epoch_order(7, 0, 1000));
        assert_ne!(order, epoch_order(7, 1, 1000));
        assert_ne!(order, epoch_order(8, 0, 1000));
        assert!(epoch_order(7, 0, 0).is_empty());
        assert_eq!(epoch_order(7, 0, 1), [0]);
    }

    /// Chi-square over the 24 orders of four items: 23 degrees of freedom, 49.7 is the 99.9 % point.
    #[test]
    fn all_orders_are_equally_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for epoch in 0..24_000 {
            *counts.entry(epoch_order(3, epoch, 4)).or_insert(0) += 1;
        }
        let chi: f64 = counts.values().map(|&c: &i32| f64::from(c - 1000).powi(2) / 1000.).sum();
        assert_eq!(counts.len(), 24);
        assert!(chi < 49.7, "{chi}");
    }
}
