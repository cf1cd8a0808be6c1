use crate::error::check_scores;
use crate::{Mate, MetricsError, Probe};

/// The searches of all probes against one gallery.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    mates: Vec<Mate>,
    /// Per non-mated probe its highest score, from the highest to the lowest.
    alarms: Vec<f64>,
}

impl Search {
    /// Splits the probes into mated and non-mated; for mated probes `best_other` is not used.
    ///
    /// # Errors
    /// A NaN or `+inf` score, a mate at rank 0.
    pub fn new(probes: &[Probe]) -> Result<Self, MetricsError> {
        let mates: Vec<Mate> = probes.iter().filter_map(|p| p.mate).collect();
        let mut alarms: Vec<f64> = probes.iter().filter(|p| p.mate.is_none()).map(|p| p.best_other + 0.0).collect();
        if mates.iter().any(|m| m.rank == 0) {
            return Err(MetricsError::ZeroRank);
        }
        check_scores("mate", &mates.iter().map(|m| m.score).collect::<Vec<_>>())?;
        check_scores("non-mated", &alarms)?;
        alarms.sort_unstable_by(|a, b| b.total_cmp(a));
        Ok(Self { mates, alarms })
    }

    /// Probes whose identity is in the gallery.
    pub fn mated(&self) -> usize {
        self.mates.len()
    }

    /// Probes whose identity is not in the gallery.
    pub fn non_mated(&self) -> usize {
        self.alarms.len()
    }

    /// Closed-set identification rate (CMC): share of mated probes whose mate is at rank `k` or better.
    ///
    /// # Errors
    /// `k` is 0, or there is no mated probe.
    pub fn rank_k(&self, k: usize) -> Result<f64, MetricsError> {
        self.found(k, f64::MIN)
    }

    /// The whole cumulative match characteristic up to rank `ranks`: element `k - 1` is [`Self::rank_k`] of `k`. It need not reach 1:
    /// a probe that failed to enrol, or whose mates did, is never found.
    ///
    /// # Errors
    /// `ranks` is 0, or there is no mated probe.
    pub fn cmc(&self, ranks: usize) -> Result<Vec<f64>, MetricsError> {
        self.found(ranks, f64::MIN)?;
        let mut at_rank = vec![0usize; ranks];
        let found = self.mates.iter().filter(|m| m.found(ranks, f64::MIN));
        found.for_each(|m| at_rank[m.rank - 1] += 1);
        let cumulative = at_rank.iter().scan(0, |sum, n| {
            *sum += n;
            Some(*sum as f64 / self.mates.len() as f64)
        });
        Ok(cumulative.collect())
    }

    /// Highest score of every non-mated probe, from the highest to the lowest.
    pub(crate) fn alarms(&self) -> &[f64] {
        &self.alarms
    }

    pub(crate) fn found(&self, rank: usize, threshold: f64) -> Result<f64, MetricsError> {
        match (rank, self.mates.len()) {
            (0, _) => Err(MetricsError::ZeroRank),
            (_, 0) => Err(MetricsError::Empty("mated probes")),
            (_, n) => Ok(self.mates.iter().filter(|m| m.found(rank, threshold)).count() as f64 / n as f64),
        }
    }
}
