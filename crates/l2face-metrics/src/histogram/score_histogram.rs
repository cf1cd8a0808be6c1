use super::bins::Bins;
use crate::MetricsError;

/// Scores of one kind: counters, and how many there were with the failures.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Counts {
    /// By slot.
    pub slots: Vec<u64>,
    /// Failures to enrol (`-inf`) included.
    pub total: u64,
}

impl Counts {
    fn add(&mut self, what: &'static str, score: f64, bins: &Bins) -> Result<(), MetricsError> {
        if score.is_finite() {
            self.slots[bins.slot(score)] += 1;
        } else if score != f64::NEG_INFINITY {
            let index = usize::try_from(self.total).unwrap_or(usize::MAX);
            return Err(MetricsError::BadScore { what, index, value: score });
        }
        self.total += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) {
        self.slots.iter_mut().zip(&other.slots).for_each(|(mine, theirs)| *mine += theirs);
        self.total += other.total;
    }

    /// Scores in this slot and above.
    pub fn at_or_above(&self, slot: usize) -> u64 {
        self.slots.iter().skip(slot).sum()
    }
}

/// Genuine and impostor scores as counts in equal bins: fixed memory for billions of scores. Rates at a bin's edge are exact; elsewhere
/// they are given as bounds, which the scores cannot leave ([`super::RateBounds`], [`super::TarBounds`]). One per thread, merged at the end:
/// counts are whole numbers, so order and number of threads change nothing.
///
/// ```
/// # fn main() -> Result<(), l2face_metrics::MetricsError> {
/// let mut histogram = l2face_metrics::ScoreHistogram::new(-1.0, 1.0, 1 << 16)?;
/// histogram.add_genuine(0.7)?;
/// histogram.add_impostor(0.1)?;
/// histogram.add_impostor(f64::NEG_INFINITY)?; // a failure to enrol
/// let at = histogram.tar_at_far(0.5)?;
/// assert_eq!((at.tar_low, at.tar_high, at.false_accepts), (1.0, 1.0, 1));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreHistogram {
    pub(crate) bins: Bins,
    pub(crate) genuine: Counts,
    pub(crate) impostor: Counts,
}

impl ScoreHistogram {
    /// Empty, with `bins` bins over `[low, high)`; -1 and 1 for cosines. Scores outside are counted too, in one bin on either side.
    /// 16 bytes a bin.
    ///
    /// # Errors
    /// No bins or more than [`super::MAX_BINS`]; a range that is empty, not finite, or too narrow for so many bins.
    pub fn new(low: f64, high: f64, bins: usize) -> Result<Self, MetricsError> {
        let bins = Bins::new(low, high, bins)?;
        let counts = Counts { slots: vec![0; bins.slots()], total: 0 };
        Ok(Self { bins, genuine: counts.clone(), impostor: counts })
    }

    /// Counts a genuine comparison; `-inf` is a failure to enrol. Allocates nothing.
    ///
    /// # Errors
    /// NaN or `+inf`, which is not counted.
    pub fn add_genuine(&mut self, score: f64) -> Result<(), MetricsError> {
        self.genuine.add("genuine", score, &self.bins)
    }

    /// Counts an impostor comparison; `-inf` is a failure to enrol. Allocates nothing.
    ///
    /// # Errors
    /// NaN or `+inf`, which is not counted.
    pub fn add_impostor(&mut self, score: f64) -> Result<(), MetricsError> {
        self.impostor.add("impostor", score, &self.bins)
    }

    /// Adds what another histogram of the same bins has counted.
    ///
    /// # Errors
    /// Other bins.
    pub fn merge(&mut self, other: &Self) -> Result<(), MetricsError> {
        let (Bins { low, high, bins, .. }, o) = (self.bins, other.bins);
        if self.bins != o {
            let (other_bins, other_low, other_high) = (o.bins, o.low, o.high);
            return Err(MetricsError::OtherBins { bins, low, high, other_bins, other_low, other_high });
        }
        self.genuine.merge(&other.genuine);
        self.impostor.merge(&other.impostor);
        Ok(())
    }

    /// Genuine comparisons counted, failures included.
    pub fn genuine(&self) -> u64 {
        self.genuine.total
    }

    /// Impostor comparisons counted, failures included.
    pub fn impostor(&self) -> u64 {
        self.impostor.total
    }

    /// The width of a bin, in score.
    pub fn bin_width(&self) -> f64 {
        (self.bins.high - self.bins.low) / self.bins.bins as f64
    }
}
