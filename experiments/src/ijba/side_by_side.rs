//! Several rows at once: on a CPU, two rows on a core each take less time than one row after the other on two cores.

use anyhow::{anyhow, Context, Result};
use candle_core::Device;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Mutex;

/// Does `work` for every name, as many at once as there are threads (one on a GPU), each with its share of the threads
/// in a pool of its own. The kernels give the same bits on any number of threads, so this changes no result.
///
/// # Errors
/// The first error; the others are told to stop through the flag that `work` receives.
pub fn side_by_side<T: Send>(
    names: &[&String],
    device: &Device,
    work: impl Fn(&str, &AtomicBool) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let threads = rayon::current_num_threads();
    let jobs = if device.is_cpu() { threads.min(names.len()) } else { 1 };
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let results = Mutex::new((Vec::new(), None));
    let job = || {
        while let (Some(name), false) = (names.get(next.fetch_add(1, Ordering::SeqCst)), stop.load(Ordering::SeqCst)) {
            let result = work(name, &stop);
            let Ok(mut results) = results.lock() else { return };
            match result {
                Ok(value) => results.0.push((*name, value)),
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
    values.sort_by_key(|(name, _)| names.iter().position(|n| n == name));
    Ok(values.into_iter().map(|(_, value)| value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_names() {
        let names = ["c", "a", "b"].map(String::from);
        let names: Vec<&String> = names.iter().collect();
        let upper = side_by_side(&names, &Device::Cpu, |name, _| Ok(name.to_uppercase())).unwrap();
        assert_eq!(upper, ["C", "A", "B"]);
    }

    #[test]
    fn the_first_error_stops_the_rest() {
        let names: Vec<String> = (0..50).map(|i| i.to_string()).collect();
        let names: Vec<&String> = names.iter().collect();
        let ran = AtomicUsize::new(0);
        let error = side_by_side(&names, &Device::Cpu, |name, _| {
            ran.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(std::time::Duration::from_millis(2));
            if name == "1" {
                Err(anyhow!("row 1"))
            } else {
                Ok(())
            }
        });
        assert_eq!(error.unwrap_err().to_string(), "row 1");
        assert!(ran.load(Ordering::SeqCst) < 50);
    }
}
