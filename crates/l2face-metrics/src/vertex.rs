//! The curve as counts, walked in either direction without being stored.

use crate::ScoreSet;

/// How many comparisons are accepted at a threshold: a vertex of the curve, in whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Vertex {
    pub genuine: usize,
    pub impostor: usize,
}

/// Nothing accepted.
pub(crate) const ORIGIN: Vertex = Vertex { genuine: 0, impostor: 0 };

impl ScoreSet {
    /// The vertex of the next distinct score below, with that score; `None` after the last score above `-inf`.
    pub(crate) fn vertex_after(&self, at: Vertex) -> Option<(f64, Vertex)> {
        let next = |s: &[f64], i: usize| s.get(i).copied().unwrap_or(f64::NEG_INFINITY);
        let score = next(self.genuine(), at.genuine).max(next(self.impostor(), at.impostor));
        let after = |s: &[f64], from: usize| from + s[from..].iter().take_while(|&&x| x == score).count();
        let vertex =
            Vertex { genuine: after(self.genuine(), at.genuine), impostor: after(self.impostor(), at.impostor) };
        (score > f64::NEG_INFINITY).then_some((score, vertex))
    }

    /// The vertex before: the lowest accepted score, with all its ties, no longer accepted. `None` before the origin.
    pub(crate) fn vertex_before(&self, at: Vertex) -> Option<Vertex> {
        let score = self.lowest_accepted(at)?;
        let before = |s: &[f64], until: usize| until - s[..until].iter().rev().take_while(|&&x| x == score).count();
        Some(Vertex { genuine: before(self.genuine(), at.genuine), impostor: before(self.impostor(), at.impostor) })
    }

    /// The lowest score that is accepted at a vertex; `None` at the origin.
    pub(crate) fn lowest_accepted(&self, at: Vertex) -> Option<f64> {
        let last = |s: &[f64], until: usize| until.checked_sub(1).map(|i| s[i]);
        match (last(self.genuine(), at.genuine), last(self.impostor(), at.impostor)) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// All vertices but the origin, from the highest score to the lowest above `-inf`.
    pub(crate) fn vertices(&self) -> impl Iterator<Item = (f64, Vertex)> + '_ {
        std::iter::successors(self.vertex_after(ORIGIN), |(_, at)| self.vertex_after(*at))
    }

    pub(crate) fn far_of(&self, at: Vertex) -> f64 {
        at.impostor as f64 / self.impostor().len() as f64
    }

    pub(crate) fn tar_of(&self, at: Vertex) -> f64 {
        at.genuine as f64 / self.genuine().len() as f64
    }
}
