use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::MetricsError;

/// One comparison of a verification list.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// Higher is more alike; `-inf` if either face could not be enrolled.
    pub score: f64,
    /// The two faces are of one person.
    pub genuine: bool,
}

impl Pair {
    /// One pair for each score and label.
    ///
    /// # Errors
    /// The lists differ in length.
    pub fn zip(scores: &[f64], genuine: &[bool]) -> Result<Vec<Self>, MetricsError> {
        same_length("scores", scores.len(), "labels", genuine.len())?;
        Ok(scores.iter().zip(genuine).map(|(&score, &genuine)| Self { score, genuine }).collect())
    }
}

/// Pairs in two or more folds, none of them empty. Folds may differ in size: a fold's rate is over its own pairs, and the mean gives every
/// fold the same weight, whatever its size, as the published scripts do.
#[derive(Clone, Debug, PartialEq)]
pub struct Folds(Vec<Vec<Pair>>);

impl Folds {
    /// `folds` runs of consecutive pairs in the order given; with a remainder the first folds have one pair more (scikit-learn's `KFold`
    /// without shuffling). LFW's 6,000 pairs in 10 folds are its own ten sets of 600.
    ///
    /// # Errors
    /// Fewer than 2 folds, fewer pairs than folds, a NaN or `+inf` score.
    pub fn contiguous(pairs: &[Pair], folds: usize) -> Result<Self, MetricsError> {
        if folds < 2 || pairs.len() < folds {
            return Err(MetricsError::BadFoldCount { pairs: pairs.len(), folds });
        }
        let start = |fold: usize| fold * (pairs.len() / folds) + fold.min(pairs.len() % folds);
        Self::checked((0..folds).map(|fold| pairs[start(fold)..start(fold + 1)].to_vec()).collect())
    }

    /// Folds as a protocol names them: `fold_of[i]` is the fold of pair `i`; folds stand in the order of their numbers. A number that no
    /// pair has is no fold: whoever left pairs out compares the number of folds with that of the list.
    ///
    /// # Errors
    /// The lists differ in length, fewer than 2 folds occur, a NaN or `+inf` score.
    pub fn by_number(pairs: &[Pair], fold_of: &[usize]) -> Result<Self, MetricsError> {
        same_length("pairs", pairs.len(), "fold numbers", fold_of.len())?;
        let mut folds = BTreeMap::<usize, Vec<Pair>>::new();
        pairs.iter().zip(fold_of).for_each(|(pair, fold)| folds.entry(*fold).or_default().push(*pair));
        if folds.len() < 2 {
            return Err(MetricsError::BadFoldCount { pairs: pairs.len(), folds: folds.len() });
        }
        Self::checked(folds.into_values().collect())
    }

    fn checked(folds: Vec<Vec<Pair>>) -> Result<Self, MetricsError> {
        check_pairs(folds.iter().flatten())?;
        Ok(Self(folds))
    }

    /// The pairs of every fold.
    pub fn folds(&self) -> &[Vec<Pair>] {
        &self.0
    }

    /// Every fold with the pairs of all others, in their order.
    pub(crate) fn train_test(&self) -> impl Iterator<Item = (Vec<Pair>, &[Pair])> + '_ {
        self.0.iter().enumerate().map(|(fold, test)| {
            let others = self.0.iter().enumerate().filter(move |(other, _)| *other != fold);
            (others.flat_map(|(_, pairs)| pairs).copied().collect(), test.as_slice())
        })
    }
}

/// Fails on the first pair whose score is NaN or `+inf`.
pub(crate) fn check_pairs<'a>(pairs: impl Iterator<Item = &'a Pair>) -> Result<(), MetricsError> {
    let bad = pairs.map(|p| p.score).enumerate().find(|(_, s)| s.is_nan() || *s == f64::INFINITY);
    bad.map_or(Ok(()), |(index, value)| Err(MetricsError::BadScore { what: "pair", index, value }))
}

fn same_length(left: &'static str, left_len: usize, right: &'static str, right_len: usize) -> Result<(), MetricsError> {
    if left_len == right_len {
        Ok(())
    } else {
        Err(MetricsError::LengthMismatch { left, left_len, right, right_len })
    }
}
