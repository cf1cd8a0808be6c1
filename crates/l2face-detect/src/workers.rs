//! Independent pieces of work.
use candle_core::{Device, Result};
use rayon::prelude::*;

/// `f` of every item, in their order: at once on the CPU, one after another on a device that has a queue of its own.
pub fn map_all<T: Sync, R: Send>(
    device: &Device,
    items: &[T],
    f: impl Fn(&T) -> Result<R> + Sync + Send,
) -> Result<Vec<R>> {
    match device.is_cpu() {
        true => items.par_iter().map(f).collect(),
        false => items.iter().map(f).collect(),
    }
}
