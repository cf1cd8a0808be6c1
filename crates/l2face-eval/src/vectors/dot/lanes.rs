//! The instruction sets that sums of products run on.

use super::SUMS;

/// Sums of products in the registers of an instruction set.
pub(in crate::vectors) trait Lanes: Copy {
    /// All sums.
    type Sums;

    fn zeros(self) -> Self::Sums;
    /// `sums[i] + x[i] * y[i]`, rounded once.
    fn add_products(self, sums: Self::Sums, x: &[f32; SUMS], y: &[f32; SUMS]) -> Self::Sums;
    fn values(self, sums: Self::Sums) -> [f64; SUMS];
}

/// What is run on the widest set that the machine has.
pub(in crate::vectors) trait Task {
    type Output;

    fn run<L: Lanes>(self, lanes: L) -> Self::Output;
}

/// Plain Rust.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Lanes for Portable {
    type Sums = [f64; SUMS];

    #[inline(always)]
    fn zeros(self) -> Self::Sums {
        [0.; SUMS]
    }

    #[inline(always)]
    fn add_products(self, mut sums: Self::Sums, x: &[f32; SUMS], y: &[f32; SUMS]) -> Self::Sums {
        for lane in 0..SUMS {
            sums[lane] += f64::from(x[lane]) * f64::from(y[lane]);
        }
        sums
    }

    #[inline(always)]
    fn values(self, sums: Self::Sums) -> [f64; SUMS] {
        sums
    }
}

/// Runs the task on the widest set of this machine.
pub(in crate::vectors) fn widest<T: Task>(task: T) -> T::Output {
    #[cfg(target_arch = "x86_64")]
    if let Some(set) = pulp::x86::V4::try_new() {
        return set.vectorize(super::x86::With(set, task));
    } else if let Some(set) = pulp::x86::V3::try_new() {
        return set.vectorize(super::x86::With(set, task));
    }
    task.run(Portable)
}

/// The task on every set of this machine.
#[cfg(test)]
pub(super) fn every<T: Task>(task: impl Fn() -> T) -> Vec<T::Output> {
    let mut all = vec![task().run(Portable), widest(task())];
    #[cfg(target_arch = "x86_64")]
    all.extend(pulp::x86::V3::try_new().map(|set| set.vectorize(super::x86::With(set, task()))));
    all
}
