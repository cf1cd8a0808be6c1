//! Principal components, where training starts.

use nalgebra::{DMatrix, SymmetricEigen};

use super::matrix::Matrix;
use super::TpeError;

/// Rounds of the eigenvalue iteration before it is given up; it takes two or three for each number of a vector.
const ROUNDS_PER_NUMBER: usize = 100;

/// The `dim` directions of largest variance as columns (D, dim), the largest first: eigenvectors of the covariance of the vectors
/// (N, D), which is about their mean. Of the two signs the one whose largest number is positive.
pub(super) fn components(vectors: &Matrix, dim: usize) -> Result<Matrix, TpeError> {
    let covariance = covariance(vectors);
    let size = covariance.cols;
    let symmetric = DMatrix::from_row_slice(size, size, &covariance.data);
    let eigen = SymmetricEigen::try_new(symmetric, f64::EPSILON, ROUNDS_PER_NUMBER * size);
    let eigen = eigen.ok_or(TpeError::Components)?;
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]).then(a.cmp(&b)));
    let mut out = Matrix::zeros(size, dim);
    for (column, &at) in order.iter().take(dim).enumerate() {
        let direction = eigen.eigenvectors.column(at);
        let sign = direction[direction.iamax()].signum();
        direction.iter().enumerate().for_each(|(i, x)| out.row_mut(i)[column] = sign * x);
    }
    Ok(out)
}

fn covariance(vectors: &Matrix) -> Matrix {
    let n = vectors.rows() as f64;
    let mut mean = vec![0.0; vectors.cols];
    vectors.data.chunks_exact(vectors.cols).for_each(|v| mean.iter_mut().zip(v).for_each(|(m, x)| *m += x / n));
    let mut centred = vectors.clone();
    centred.data.chunks_exact_mut(vectors.cols).for_each(|v| v.iter_mut().zip(&mean).for_each(|(x, m)| *x -= m));
    let mut product = centred.transposed().times(&centred);
    product.data.iter_mut().for_each(|x| *x /= n);
    product
}
