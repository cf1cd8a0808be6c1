use rand::Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::quantile::quantile;
use super::replicate;
use super::IdentityComparisons;
use crate::error::check_rate;
use crate::{FarMode, MetricsError};

/// How to resample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// Resamplings; 1,000 is usual.
    pub replicates: usize,
    /// Wanted coverage, inside (0, 1).
    pub confidence: f64,
    /// The run's seed. Replicate `r` draws from `l2face_seed::substream(seed, "metrics/identity-bootstrap", r)`, so the interval does not
    /// depend on the number of threads.
    pub seed: u64,
}

/// Interval of the conservative TAR at a target FAR over resampled identities.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BootstrapInterval {
    /// The false accept rate asked for, of the data and of every replicate.
    pub target: f64,
    /// TAR of the data as they are.
    pub tar: f64,
    /// Lower end: the quantile `(1 - confidence) / 2` of the replicates.
    pub low: f64,
    /// Upper end: the quantile `(1 + confidence) / 2`.
    pub high: f64,
    /// Identities resampled.
    pub identities: usize,
    /// Replicates that held genuine and impostor comparisons.
    pub replicates: usize,
    /// Replicates drawn that held none of one kind and are left out.
    pub undefined: usize,
    /// Of `replicates`, those that allow no false accept at this target.
    pub k_zero_replicates: usize,
    /// The data themselves allow no false accept at this target.
    pub k_zero: bool,
}

impl IdentityComparisons {
    /// Percentile interval of [`FarMode::Conservative`] TAR by resampling identities, which comparisons are not independent within.
    ///
    /// A replicate draws as many identities as there are, with replacement. An identity drawn `w_a` times brings each of its genuine
    /// comparisons `w_a` times, and the impostor comparisons of `a` and `b` occur `w_a w_b` times (the two-sample, or vertex, bootstrap).
    /// Two copies of one identity are not compared with each other: such comparisons were never made. Threshold and TAR are those of
    /// the replicate, by the same rule as [`crate::ScoreSet::tar_at_far`]. Time: replicates times comparisons.
    ///
    /// # Errors
    /// `far` outside \[0, 1\], no replicates, `confidence` outside (0, 1), or no replicate that holds comparisons of both kinds.
    pub fn tar_interval(&self, far: f64, bootstrap: Bootstrap) -> Result<BootstrapInterval, MetricsError> {
        check_rate(far)?;
        let Bootstrap { replicates, confidence, seed } = bootstrap;
        if replicates == 0 || !(confidence > 0.0 && confidence < 1.0) {
            return Err(MetricsError::BadBootstrap { replicates, confidence });
        }
        let one = |r| replicate::tar(self, &self.draw(seed, r), far);
        let found: Vec<(f64, bool)> = (0..replicates as u64).into_par_iter().filter_map(one).collect();
        if found.is_empty() {
            return Err(MetricsError::NoReplicate { replicates, identities: self.identities() });
        }
        let mut tars: Vec<f64> = found.iter().map(|(tar, _)| *tar).collect();
        tars.sort_unstable_by(f64::total_cmp);
        let at = self.score_set()?.tar_at_far(far, FarMode::Conservative)?;
        Ok(BootstrapInterval {
            target: far,
            tar: at.tar,
            low: quantile(&tars, (1.0 - confidence) / 2.0),
            high: quantile(&tars, (1.0 + confidence) / 2.0),
            identities: self.identities(),
            replicates: tars.len(),
            undefined: replicates - tars.len(),
            k_zero_replicates: found.iter().filter(|(_, k_zero)| *k_zero).count(),
            k_zero: at.k_zero,
        })
    }

    /// How often each identity occurs in replicate `index`.
    fn draw(&self, seed: u64, index: u64) -> Vec<u64> {
        let mut stream = l2face_seed::substream(seed, "metrics/identity-bootstrap", index);
        let mut drawn = vec![0; self.identities()];
        (0..drawn.len()).for_each(|_| drawn[stream.random_range(0..self.identities())] += 1);
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::super::Comparison;
    use super::*;
    use crate::ScoreSet;

    fn comparisons() -> Vec<Comparison> {
        let score = |a: u64, b: u64| if (a + b) % 7 == 3 { f64::NEG_INFINITY } else { ((a * 37 + b * 23) % 19) as f64 };
        let lift = |a: u64, b: u64| if a == b { 6.0 } else { 0.0 };
        let all = (0..9).flat_map(|a| (a..9).map(move |b| (a, b)));
        all.map(|(a, b)| Comparison { a: a * 1000, b: b * 1000, score: score(a, b) + lift(a, b) }).collect()
    }

    /// The list in which every comparison stands as often as its weight says.
    fn written_out(all: &[Comparison], drawn: &[u64]) -> (Vec<f64>, Vec<f64>) {
        let (mut genuine, mut impostor) = (Vec::new(), Vec::new());
        for c in all {
            let (a, b) = (drawn[(c.a / 1000) as usize], drawn[(c.b / 1000) as usize]);
            let (list, n) = if c.a == c.b { (&mut genuine, a) } else { (&mut impostor, a * b) };
            list.extend(std::iter::repeat_n(c.score, n as usize));
        }
        (genuine, impostor)
    }

    #[test]
    fn weights_are_copies() {
        let all = comparisons();
        let data = IdentityComparisons::new(&all).unwrap();
        for index in 0..200 {
            let drawn = data.draw(5, index);
            assert_eq!(drawn.iter().sum::<u64>(), 9);
            let (genuine, impostor) = written_out(&all, &drawn);
            for far in [0.0, 0.01, 0.1, 0.3, 1.0] {
                let slow = ScoreSet::new(genuine.clone(), impostor.clone()).ok();
                let slow = slow.map(|s| s.tar_at_far(far, FarMode::Conservative).unwrap());
                assert_eq!(replicate::tar(&data, &drawn, far), slow.map(|s| (s.tar, s.k_zero)));
            }
        }
    }

    #[test]
    fn the_draw_is_pinned() {
        let data = IdentityComparisons::new(&comparisons()).unwrap();
        assert_eq!(data.draw(7, 0), data.draw(7, 0));
        assert_ne!(data.draw(7, 0), data.draw(7, 1));
        assert_ne!(data.draw(7, 0), data.draw(8, 0));
    }
}
