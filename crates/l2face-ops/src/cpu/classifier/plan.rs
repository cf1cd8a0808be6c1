//! How the classes are dealt to tasks: by shapes alone, never by threads.
use super::block::BLOCK;

/// Numbers that all tasks' gradients of x may take together, about.
const PARTIALS: usize = 3 << 19;

/// Classes of one task, a multiple of [`BLOCK`]; `partial` numbers are what one task holds of the gradient of x.
pub(super) fn classes_per_task(classes: usize, partial: usize) -> usize {
    let tasks = (PARTIALS / partial.max(1)).clamp(4, 64);
    classes.div_ceil(tasks).next_multiple_of(BLOCK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_tasks_for_the_threads_and_few_enough_for_the_memory() {
        assert_eq!(58_207usize.div_ceil(classes_per_task(58_207, 256 * 512)), 12);
        assert_eq!(1_000_000usize.div_ceil(classes_per_task(1_000_000, 32 * 512)), 64);
        assert_eq!(classes_per_task(10, 16), BLOCK);
    }
}
