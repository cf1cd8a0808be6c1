//! What becomes of those who could not be enrolled.

use serde::{Deserialize, Serialize};

/// What becomes of faces that were not found and of templates without a usable face. Whatever is chosen, results count them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailurePolicy {
    /// NIST's rule (usnistgov/frvt, issues 57 and 133): a failed template scores minus infinity. It raises misses, never false
    /// accepts, and stays in every denominator; a failed gallery template stays in the gallery.
    #[default]
    Nist,
    /// What cannot be computed is left out: comparisons and probes with a failed template, failed gallery templates, and mated probes
    /// whose mates all failed. Rates look better than they are; the counts say by how much was left out.
    Drop,
    /// Faces that were not found are embedded from a crop of the image's (or the given box's) centre, by the caller, who gives these
    /// vectors to [`Embeddings::set_fallback`](crate::Embeddings::set_fallback). The other policies do not look at them. A template
    /// that fails all the same is treated by NIST's rule.
    CentreCrop,
}
