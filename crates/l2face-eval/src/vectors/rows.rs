//! Templates in one block of memory.

use super::dot::{dot, dot_with, widest, Lanes, Task};
use crate::{EvalError, Pooled};

/// Vectors as rows of f32, some of which may have failed to enrol. Those made from templates have unit length.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitRows {
    dim: usize,
    data: Vec<f32>,
    failed: Vec<bool>,
}

impl UnitRows {
    /// Rounds templates to f32; `None` is a failure to enrol.
    pub fn new(templates: &[Option<Pooled>]) -> Self {
        let dim = templates.iter().flatten().map(|t| t.vector.len()).next().unwrap_or(0);
        let mut data = vec![0f32; templates.len() * dim];
        for (row, template) in data.chunks_exact_mut(dim.max(1)).zip(templates) {
            let vector = template.iter().flat_map(|t| &t.vector);
            row.iter_mut().zip(vector).for_each(|(to, from)| *to = *from as f32);
        }
        Self { dim, data, failed: templates.iter().map(Option::is_none).collect() }
    }

    /// Takes `data` (N x `dim`, row by row) as it is, of whatever length its vectors are; none has failed.
    ///
    /// # Errors
    /// A number of values that `dim` does not divide, `dim` 0, NaN or infinite numbers.
    pub fn from_data(dim: usize, data: Vec<f32>) -> Result<Self, EvalError> {
        let bad = |problem: String| Err(EvalError::BadMatrix { what: "vectors", problem });
        if dim == 0 || !data.len().is_multiple_of(dim) {
            return bad(format!("{} numbers are not rows of {dim}", data.len()));
        }
        if let Some(i) = data.iter().position(|v| !v.is_finite()) {
            return bad(format!("row {} is not finite: the model diverged, or its weights are damaged", i / dim));
        }
        let failed = vec![false; data.len() / dim];
        Ok(Self { dim, data, failed })
    }

    /// The vector of a row, `None` if it failed.
    ///
    /// # Panics
    /// If `i` is out of range.
    pub fn get(&self, i: usize) -> Option<&[f32]> {
        (!self.failed[i]).then(|| self.row(i))
    }

    /// The row's numbers, zeros if it failed.
    pub(crate) fn row(&self, i: usize) -> &[f32] {
        &self.data[i * self.dim..][..self.dim]
    }

    /// Rows `from..to`, one after the other.
    pub(crate) fn block(&self, from: usize, to: usize) -> &[f32] {
        &self.data[from * self.dim..to * self.dim]
    }

    /// [`dot`] of a row with a row of `other`, `-inf` if either failed.
    ///
    /// # Panics
    /// If an index is out of range.
    pub fn score(&self, i: usize, other: &Self, j: usize) -> f64 {
        match (self.get(i), other.get(j)) {
            (Some(a), Some(b)) => dot(a, b) + 0.0,
            _ => f64::NEG_INFINITY,
        }
    }

    /// [`Self::score`] of a row with several of `other`.
    pub(crate) fn scores(&self, i: usize, other: &Self, rows: &[u32]) -> Vec<f64> {
        match self.get(i) {
            Some(one) => widest(OneToMany { one, other, rows }),
            None => vec![f64::NEG_INFINITY; rows.len()],
        }
    }

    /// Whether any row did not fail.
    pub(crate) fn any_enrolled(&self) -> bool {
        self.failed.iter().any(|f| !f)
    }

    /// Length of a vector.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Number of rows, failed ones included.
    pub fn len(&self) -> usize {
        self.failed.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.failed.is_empty()
    }
}

/// A vector against rows.
struct OneToMany<'a> {
    one: &'a [f32],
    other: &'a UnitRows,
    rows: &'a [u32],
}

impl Task for OneToMany<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) -> Vec<f64> {
        let mut scores = vec![f64::NEG_INFINITY; self.rows.len()];
        // A loop, not an iterator's closures, which compilers leave outside of the instruction set.
        for (score, row) in scores.iter_mut().zip(self.rows) {
            if let Some(row) = self.other.get(*row as usize) {
                *score = dot_with(lanes, self.one, row) + 0.0;
            }
        }
        scores
    }
}
