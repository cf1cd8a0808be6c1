//! Several rows at once: on a CPU, two rows on a core each take less time than one row after the other on two cores.

use anyhow::{anyhow, Context, Result};
use candle_core::Device;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Mutex;

/// Does `work` for every item, as many at once as there are threads (one on a GPU), each with its share of the threads
/// in a pool of its own. The kernels give the same bits on any number of threads, so this changes no result.
///
/// # Errors
/// The first error; the others are told to stop through the flag that `work` receives.
pub fn side_by_side<I: Sync, T: Send>(
    items: &[I],
    device: &Device,
    work: impl Fn(&I, &AtomicBool) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let threads = rayon::current_num_threads();
    let jobs = if device.is_cpu() { threads.min(items.len()) } else { 1 };
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let results = Mutex::new((Vec::new(), None));
    let job = || {
        while !stop.load(Ordering::SeqCst) {
            let index = next.fetch_add(1, Ordering::SeqCst);
            let Some(item) = items.get(index) else { return };
            let result = work(item, &stop);
            let Ok(mut results) = results.lock() else { return };
            match result {
                Ok(value) => results.0.push((index, value)),
                Err(error) => {
                    stop.store(true, Ordering::SeqCst);
                    results.1.get_or_insert(error);
                }
            }
        }
    };
    let pool = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().context("cannot start threads");
    let pools = (0..jobs).map(|_| pool((threads / jobs).max(1))).collect::<Result<Vec<_>>>()?;
    std::thread::scope(|scope| pools.iter().for_each(|pool| drop(scope.spawn(|| pool.install(job)))));
    let (mut values, error) = results.into_inner().map_err(|_| anyhow!("a row panicked"))?;
    if let Some(error) = error {
        return Err(error);
    }
    values.sort_by_key(|(index, _)| *index);
    Ok(values.into_iter().map(|(_, value)| value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_items() {
        let upper = side_by_side(&["c", "a", "b"], &Device::Cpu, |name, _| Ok(name.to_uppercase())).unwrap();
        assert_eq!(upper, ["C", "A", "B"]);
    }

    #[test]
    fn the_first_error_stops_the_rest() {
        let items: Vec<usize> = (0..1000).collect();
        let ran = AtomicUsize::new(0);
        let error = side_by_side(&items, &Device::Cpu, |item, stop| {
            ran.fetch_add(1, Ordering::SeqCst);
            match item {
                0 => return Ok(()),
                1 => return Err(anyhow!("row 1")),
                // Nobody is through before the error is out, however busy the machine.
                _ => {
                    while !stop.load(Ordering::SeqCst) {
                        std::thread::yield_now();
                    }
                }
            }
            Ok(())
        });
        assert_eq!(error.unwrap_err().to_string(), "row 1");
        assert!(ran.load(Ordering::SeqCst) < 1000);
    }
}
