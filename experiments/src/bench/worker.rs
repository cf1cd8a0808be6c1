//! Measuring one row in this process.
use super::process::{cpu_time, memory_mb};
use super::results::Measured;
use super::work::step;
use anyhow::Result;
use std::time::Instant;

/// Steps that are not timed: memory is taken, threads are started.
const WARM_UP: usize = 2;
/// Fewest steps that are timed.
const LEAST: usize = 3;

/// Runs steps of the row for at least `seconds` and returns the averages.
///
/// # Errors
/// A row that does not exist, or a step that fails.
pub fn measure(row: &str, seconds: f64) -> Result<Measured> {
    let mut step = step(row)?;
    let base_mb = memory_mb("VmRSS");
    for _ in 0..WARM_UP {
        step()?;
    }
    let (start, cpu) = (Instant::now(), cpu_time());
    let mut steps = 0;
    while steps < LEAST || start.elapsed().as_secs_f64() < seconds {
        step()?;
        steps += 1;
    }
    let wall_s = start.elapsed().as_secs_f64() / steps as f64;
    let spent = cpu_time().zip(cpu).map(|(now, before)| (now - before).as_secs_f64() / steps as f64);
    Ok(Measured { cpu_s: spent, wall_s, peak_mb: memory_mb("VmHWM"), base_mb })
}
