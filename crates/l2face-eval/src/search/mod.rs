//! Exact search of a gallery: for every probe the k best, however large the gallery.
//!
//! A first pass computes fast scores with a proven error bound, in f32 or with vectors of 8 bits; whatever could be among the k best
//! by that bound is scored by [`dot`](crate::dot). The result is that of [`dot`](crate::dot) alone, to the last bit, whatever the
//! first pass, the instruction set and the number of threads.

mod arith;
mod first_pass;
mod float_pass;
mod order;
mod panels;
mod part;
mod probe;
mod quantised_pass;
mod sample;
mod scan;

mod tasks;
mod top;

pub use quantised_pass::QuantisedRows;
pub use top::Hit;

use first_pass::check;
use float_pass::FloatPass;
use quantised_pass::QuantisedPass;

use crate::{EvalError, UnitRows};

/// Whose template each probe and each gallery row is. Ties then count against the probe: among equal scores, others come before its
/// mates.
#[derive(Clone, Copy, Debug)]
pub struct Subjects<'a> {
    /// One for each probe.
    pub probes: &'a [u64],
    /// One for each gallery row.
    pub gallery: &'a [u64],
}

/// For each probe its `k` best gallery rows, best first; equal scores in the order of [`Subjects`], then of the gallery. Fewer where
/// fewer are enrolled, none for a failed probe.
///
/// # Errors
/// `k` 0, vectors of different length or of a norm above 1e18, subjects of another number.
pub fn search_exact(
    probes: &UnitRows,
    gallery: &UnitRows,
    k: usize,
    subjects: Option<Subjects<'_>>,
) -> Result<Vec<Vec<Hit>>, EvalError> {
    check(probes, gallery, k, subjects.as_ref())?;
    let pass = FloatPass::new(probes, gallery)?;
    Ok(tasks::run(&pass, probes, gallery, k, subjects.as_ref()))
}

/// The same result as [`search_exact`], to the last bit, with a first pass over `quantised`, which must be of `gallery`.
///
/// # Errors
/// See [`search_exact`]; a `quantised` of another number of rows or another length.
pub fn search_quantised(
    probes: &UnitRows,
    gallery: &UnitRows,
    quantised: &QuantisedRows,
    k: usize,
    subjects: Option<Subjects<'_>>,
) -> Result<Vec<Vec<Hit>>, EvalError> {
    check(probes, gallery, k, subjects.as_ref())?;
    let pass = QuantisedPass::new(probes, gallery, quantised)?;
    Ok(tasks::run(&pass, probes, gallery, k, subjects.as_ref()))
}

/// The rank of a probe's best mate: 1 + the number of others with a score at or above the mate's, as in `l2face_metrics::Mate`;
/// `None` if that is above the `k` of the search. `hits` must come from a search that was given [`Subjects`].
pub fn mate_rank(hits: &[Hit], is_mate: impl Fn(u32) -> bool) -> Option<usize> {
    hits.iter().position(|h| is_mate(h.index)).map(|others| others + 1)
}

#[cfg(test)]
mod tests;
