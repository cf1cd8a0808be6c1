use serde::{Deserialize, Serialize};

use crate::error::{check_rate, check_scores};
use crate::threshold::{accepted, next_above};
use crate::MetricsError;

/// What InsightFace's old 1:N script (`ijb_1n.py`, copied elsewhere) prints as TPIR at a FPIR, `legacy-insightface-1n`. **It is not that
/// rate**: both galleries are searched as one, so that no probe is non-mated, and the threshold is the `ceil(x Q)`-th largest of all
/// scores of `Q` probes against non-mates, which bounds no probe's false alarms; no rank is asked for. It is here to be compared with figures
/// that were published by it, never to be reported: use [`Search::tpir_at_fpir`](crate::Search::tpir_at_fpir), gallery by gallery.
#[derive(Clone, Debug, PartialEq)]
pub struct LegacyInsightface1n {
    mates: Vec<f64>,
    /// The largest non-mate scores, from the highest; as many as probes, or all.
    others: Vec<f64>,
}

/// A rate of [`LegacyInsightface1n`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LegacyTpir {
    /// What the script calls FAR or FPIR.
    pub target: f64,
    /// Share of probes whose mate scores `>= threshold`.
    pub tpir: f64,
    /// The next float above the non-mate score that has to be exceeded.
    pub threshold: f64,
}

impl LegacyInsightface1n {
    /// From each probe's score against its one mate and all scores against non-mates, in any order; of these the as many largest as
    /// there are probes suffice. `-inf` stands for a failure to enrol.
    ///
    /// # Errors
    /// No probe, no non-mate score, a NaN or `+inf` score.
    pub fn new(mates: Vec<f64>, mut others: Vec<f64>) -> Result<Self, MetricsError> {
        let empty = [("probes", mates.is_empty()), ("non-mate scores", others.is_empty())];
        if let Some((what, _)) = empty.into_iter().find(|(_, is)| *is) {
            return Err(MetricsError::Empty(what));
        }
        check_scores("mate", &mates)?;
        check_scores("non-mate", &others)?;
        others.iter_mut().for_each(|s| *s += 0.0);
        Self::keep_largest(&mut others, mates.len());
        others.sort_unstable_by(|a, b| b.total_cmp(a));
        Ok(Self { mates, others })
    }

    /// Drops all but the `most` largest scores, in no order: what [`Self::new`] needs of any part of the non-mate scores for `most` probes.
    pub fn keep_largest(scores: &mut Vec<f64>, most: usize) {
        if scores.len() > most && most > 0 {
            scores.select_nth_unstable_by(most - 1, |a, b| b.total_cmp(a));
            scores.truncate(most);
        }
    }

    /// The script's rate at `fpir`.
    ///
    /// # Errors
    /// `fpir` outside \[0, 1\], or 0, for which the script takes the last of its list; more non-mate scores asked for than there are.
    pub fn tpir_at(&self, fpir: f64) -> Result<LegacyTpir, MetricsError> {
        check_rate(fpir)?;
        let place = (fpir * self.mates.len() as f64).ceil() as usize;
        if place == 0 {
            return Err(MetricsError::BadRate(fpir));
        }
        let few = || MetricsError::TooFew {
            rule: "legacy-insightface-1n",
            what: "non-mate scores",
            need: place,
            got: self.others.len(),
        };
        let threshold = next_above(*self.others.get(place - 1).ok_or_else(few)?);
        let mut mates = self.mates.clone();
        mates.sort_unstable_by(|a, b| b.total_cmp(a));
        Ok(LegacyTpir { target: fpir, tpir: accepted(&mates, threshold) as f64 / mates.len() as f64, threshold })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Four probes: at .25 the largest non-mate score, at .5 the second; strictly above it.
        let made = LegacyInsightface1n::new(vec![0.9, 0.5, 0.4, 0.1], vec![0.1, 0.5, 0.4, 0.3, 0.2, f64::NEG_INFINITY])
            .unwrap();
        assert_eq!(made.tpir_at(0.25).unwrap().tpir, 0.25);
        assert_eq!(made.tpir_at(0.26).unwrap().tpir, 0.5, "rounded up to two");
        assert_eq!(made.tpir_at(1.0).unwrap().tpir, 0.75);
        let failed = LegacyInsightface1n::new(vec![f64::NEG_INFINITY], vec![f64::NEG_INFINITY]).unwrap();
        assert_eq!(failed.tpir_at(1.0).unwrap().tpir, 0.0, "a failure is never found");
    }

    #[test]
    fn what_is_refused() {
        assert_eq!(LegacyInsightface1n::new(vec![], vec![0.1]), Err(MetricsError::Empty("probes")));
        assert_eq!(LegacyInsightface1n::new(vec![0.1], vec![]), Err(MetricsError::Empty("non-mate scores")));
        assert!(LegacyInsightface1n::new(vec![f64::NAN], vec![0.1]).is_err());
        assert!(LegacyInsightface1n::new(vec![0.1], vec![f64::INFINITY]).is_err());
        let made = LegacyInsightface1n::new(vec![0.1, 0.2], vec![0.1]).unwrap();
        assert!(made.tpir_at(0.0).is_err() && made.tpir_at(1.5).is_err());
        let message = made.tpir_at(1.0).unwrap_err().to_string();
        assert!(message.contains("legacy-insightface-1n needs at least 2 non-mate scores, got 1"), "{message}");
    }

    #[test]
    fn only_the_largest_are_kept() {
        let mut scores = vec![0.1, 0.9, 0.5, 0.7, 0.3];
        LegacyInsightface1n::keep_largest(&mut scores, 2);
        scores.sort_unstable_by(f64::total_cmp);
        assert_eq!(scores, [0.7, 0.9]);
    }
}
