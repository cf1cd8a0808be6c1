use serde::{Deserialize, Serialize};

use crate::error::{check_rate, check_scores};
use crate::threshold::{accepted, allowed_errors, conservative_threshold};
use crate::MetricsError;

/// The best mate of a probe in a gallery.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mate {
    /// Score of the best mate; `-inf` if the probe or all mates failed to enrol.
    pub score: f64,
    /// `1 +` the number of non-mates with `score >= ` the mate's: ties count against it.
    pub rank: usize,
}

impl Mate {
    /// Found at rank `rank` or better with a score of `threshold` or better. A failure (`-inf`) is never found.
    fn found(&self, rank: usize, threshold: f64) -> bool {
        self.rank <= rank && self.score >= threshold && self.score > f64::NEG_INFINITY
    }
}

/// What a search of one probe against a whole gallery gave.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// `None` if the probe's identity is not in the gallery (non-mated).
    pub mate: Option<Mate>,
    /// Highest score against a non-mate; `-inf` if there is none.
    pub best_other: f64,
}

impl Probe {
    /// Reduces the scores against all gallery templates, failed ones (`-inf`) included.
    ///
    /// # Errors
    /// A NaN or `+inf` score.
    pub fn from_scores(scores: &[f64], is_mate: impl Fn(usize) -> bool) -> Result<Self, MetricsError> {
        check_scores("search", scores)?;
        let (mut mate, mut best_other) = (None::<f64>, f64::NEG_INFINITY);
        for (i, &s) in scores.iter().enumerate() {
            if is_mate(i) {
                mate = Some(mate.map_or(s, |m| m.max(s)));
            } else {
                best_other = best_other.max(s);
            }
        }
        let rank = |m: f64| 1 + (0..scores.len()).filter(|&i| !is_mate(i) && scores[i] >= m).count();
        Ok(Self { mate: mate.map(|score| Mate { score, rank: rank(score) }), best_other })
    }
}

/// The true positive identification rate at a target false positive identification rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TpirAtFpir {
    /// The false positive identification rate asked for.
    pub target: f64,
    /// The mate has to be at this rank or better.
    pub rank: usize,
    /// Share of mated probes whose mate scores `>= threshold` at that rank.
    pub tpir: f64,
    /// The lowest threshold that keeps FPIR at or below the target.
    pub threshold: f64,
    /// Share of non-mated probes with a score `>= threshold`, never above `target`.
    pub achieved_fpir: f64,
    /// Non-mated probes with a score `>= threshold`.
    pub false_alarms: usize,
    /// Mated probes.
    pub mated: usize,
    /// Non-mated probes.
    pub non_mated: usize,
    /// There are too few non-mated probes to allow one false alarm: `tpir` is the rate at none.
    pub k_zero: bool,
}

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
    /// A NaN or `+inf` score.
    pub fn new(probes: &[Probe]) -> Result<Self, MetricsError> {
        let mates: Vec<Mate> = probes.iter().filter_map(|p| p.mate).collect();
        let mut alarms: Vec<f64> = probes.iter().filter(|p| p.mate.is_none()).map(|p| p.best_other + 0.0).collect();
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

    /// Open-set rate: the threshold is the lowest at which at most `floor(fpir * non-mated)` non-mated probes have any gallery
    /// score at or above it; then TPIR(t, R) counts mated probes whose mate is at rank `rank` or better **and** scores `>= t`
    /// (NIST FRVT 1:N).
    ///
    /// # Errors
    /// `fpir` outside \[0, 1\], `rank` 0, no mated or no non-mated probe.
    pub fn tpir_at_fpir(&self, fpir: f64, rank: usize) -> Result<TpirAtFpir, MetricsError> {
        check_rate(fpir)?;
        if self.alarms.is_empty() {
            return Err(MetricsError::Empty("non-mated probes"));
        }
        let k = allowed_errors(fpir, self.alarms.len());
        let threshold = conservative_threshold(&self.alarms, k);
        let false_alarms = accepted(&self.alarms, threshold);
        Ok(TpirAtFpir {
            target: fpir,
            rank,
            tpir: self.found(rank, threshold)?,
            threshold,
            achieved_fpir: false_alarms as f64 / self.alarms.len() as f64,
            false_alarms,
            mated: self.mates.len(),
            non_mated: self.alarms.len(),
            k_zero: k == 0,
        })
    }

    fn found(&self, rank: usize, threshold: f64) -> Result<f64, MetricsError> {
        match (rank, self.mates.len()) {
            (0, _) => Err(MetricsError::ZeroRank),
            (_, 0) => Err(MetricsError::Empty("mated probes")),
            (_, n) => Ok(self.mates.iter().filter(|m| m.found(rank, threshold)).count() as f64 / n as f64),
        }
    }
}
