//! Row-major matrices of f64, no more than this module needs.

use rayon::prelude::*;

/// `rows` times `cols` numbers, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Matrix {
    pub cols: usize,
    pub data: Vec<f64>,
}

impl Matrix {
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Self { cols, data: vec![0.0; rows * cols] }
    }

    /// The named rows of another matrix.
    pub fn gather(from: &Self, rows: &[usize]) -> Self {
        Self { cols: from.cols, data: rows.iter().flat_map(|&r| from.row(r)).copied().collect() }
    }

    pub fn rows(&self) -> usize {
        self.data.len() / self.cols
    }

    pub fn row(&self, i: usize) -> &[f64] {
        &self.data[i * self.cols..][..self.cols]
    }

    pub fn row_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.data[i * self.cols..][..self.cols]
    }

    pub fn transposed(&self) -> Self {
        let mut out = Self::zeros(self.cols, self.rows());
        for (i, row) in self.data.chunks_exact(self.cols).enumerate() {
            row.iter().enumerate().for_each(|(j, x)| out.row_mut(j)[i] = *x);
        }
        out
    }

    /// `self * right`, its rows side by side; each sum runs from the first product to the last, on any number of threads.
    pub fn times(&self, right: &Self) -> Self {
        let mut out = Self::zeros(self.rows(), right.cols);
        let rows = out.data.par_chunks_exact_mut(right.cols).zip(self.data.par_chunks_exact(self.cols));
        rows.for_each(|(out, left)| combine(out, left, right));
        out
    }
}

/// Adds `sum_k weights[k] * rows[k]` to `out`. Products and sums are never fused, so all instruction sets give the same bits.
pub(super) fn combine(out: &mut [f64], weights: &[f64], rows: &Matrix) {
    pulp::Arch::new().dispatch(
        #[inline(always)]
        || {
            for (weight, row) in weights.iter().zip(rows.data.chunks_exact(rows.cols)) {
                out.iter_mut().zip(row).for_each(|(o, x)| *o += weight * x);
            }
        },
    );
}

/// Adds `scale * (a - b)` to `out`.
pub(super) fn add_difference(out: &mut [f64], scale: f64, a: &[f64], b: &[f64]) {
    out.iter_mut().zip(a.iter().zip(b)).for_each(|(o, (a, b))| *o += scale * (a - b));
}

/// Adds `scale * x` to `out`.
pub(super) fn add_scaled(out: &mut [f64], scale: f64, x: &[f64]) {
    out.iter_mut().zip(x).for_each(|(o, x)| *o += scale * x);
}
