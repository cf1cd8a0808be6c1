use serde::{Deserialize, Serialize};

use super::score_histogram::Counts;
use super::ScoreHistogram;
use crate::error::check_rate;
use crate::threshold::allowed_errors;
use crate::MetricsError;

/// Bounds of the rates at a threshold. The true rate lies in each, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateBounds {
    /// Accept iff `score >= threshold`.
    pub threshold: f64,
    /// FAR is at least this.
    pub far_low: f64,
    /// FAR is at most this. `far_high - far_low` is the share of impostors in the threshold's bin: 0 at an edge.
    pub far_high: f64,
    /// TAR is at least this.
    pub tar_low: f64,
    /// TAR is at most this. `tar_high - tar_low` is the share of genuine scores in the threshold's bin: 0 at an edge.
    pub tar_high: f64,
}

/// Bounds of the conservative TAR at a target FAR ([`crate::FarMode::Conservative`]).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TarBounds {
    /// The false accept rate asked for.
    pub target: f64,
    /// The conservative TAR is at least this; it is exactly the TAR at `threshold`.
    pub tar_low: f64,
    /// The conservative TAR is at most this: exactly the TAR at the edge below `threshold`. `tar_high - tar_low` is the share of genuine
    /// scores in one bin.
    pub tar_high: f64,
    /// The lowest edge that keeps the target; accept iff `score >= threshold`. Can be used as it is. `+inf` if impostors at or above
    /// the range already exceed the target: widen the range.
    pub threshold: f64,
    /// The exact false accept rate at `threshold`, never above `target`.
    pub achieved_far: f64,
    /// Impostors accepted at `threshold`.
    pub false_accepts: u64,
    /// Genuine comparisons accepted at `threshold`.
    pub true_accepts: u64,
    /// Genuine comparisons in all.
    pub genuine: u64,
    /// Impostor comparisons in all.
    pub impostor: u64,
    /// There are too few impostors to allow a single false accept: the data do not support this rate.
    pub k_zero: bool,
}

impl ScoreHistogram {
    /// FAR and TAR at a threshold; exact, both bounds equal, at an edge of the bins.
    ///
    /// # Errors
    /// A threshold that is NaN; no genuine or no impostor comparison counted.
    pub fn rates(&self, threshold: f64) -> Result<RateBounds, MetricsError> {
        self.check_filled()?;
        if threshold.is_nan() {
            return Err(MetricsError::BadScore { what: "threshold", index: 0, value: threshold });
        }
        let (lower, upper) = self.slots_around(threshold);
        let share = |counts: &Counts, slot| counts.at_or_above(slot) as f64 / counts.total as f64;
        Ok(RateBounds {
            threshold,
            far_low: share(&self.impostor, upper),
            far_high: share(&self.impostor, lower),
            tar_low: share(&self.genuine, upper),
            tar_high: share(&self.genuine, lower),
        })
    }

    /// The conservative TAR at a target FAR, between two edges of the bins.
    ///
    /// # Errors
    /// `far` outside \[0, 1\]; no genuine or no impostor comparison counted.
    pub fn tar_at_far(&self, far: f64) -> Result<TarBounds, MetricsError> {
        check_rate(far)?;
        self.check_filled()?;
        let (genuine, impostor) = (self.genuine.total, self.impostor.total);
        let k = allowed_errors(far, impostor as usize) as u64;
        let slot = lowest_allowed(&self.impostor, k);
        let (false_accepts, true_accepts) = (self.impostor.at_or_above(slot), self.genuine.at_or_above(slot));
        let at_most = self.genuine.at_or_above(slot.saturating_sub(1));
        Ok(TarBounds {
            target: far,
            tar_low: true_accepts as f64 / genuine as f64,
            tar_high: at_most as f64 / genuine as f64,
            threshold: self.bins.edge(slot),
            achieved_far: false_accepts as f64 / impostor as f64,
            false_accepts,
            true_accepts,
            genuine,
            impostor,
            k_zero: k == 0,
        })
    }

    /// The slot that a threshold falls into, twice if it is its edge, else with the slot above.
    fn slots_around(&self, threshold: f64) -> (usize, usize) {
        if threshold == f64::INFINITY {
            return (self.bins.slots(), self.bins.slots());
        }
        let slot = self.bins.slot(threshold.max(f64::MIN));
        let on_edge = threshold <= self.bins.edge(slot);
        (slot, if on_edge { slot } else { slot + 1 })
    }

    fn check_filled(&self) -> Result<(), MetricsError> {
        match (self.genuine.total, self.impostor.total) {
            (0, _) => Err(MetricsError::Empty("genuine comparisons")),
            (_, 0) => Err(MetricsError::Empty("impostor comparisons")),
            _ => Ok(()),
        }
    }
}

/// The lowest slot from which on at most `k` are counted.
fn lowest_allowed(counts: &Counts, k: u64) -> usize {
    let mut accepted = 0;
    let slots = counts.slots.iter().enumerate().rev();
    let too_many = slots.map(|(slot, n)| {
        accepted += n;
        (slot, accepted)
    });
    too_many.into_iter().find(|(_, accepted)| *accepted > k).map_or(0, |(slot, _)| slot + 1)
}
