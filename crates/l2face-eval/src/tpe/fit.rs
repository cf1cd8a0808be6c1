//! Training.

use super::batches::{batches, people};
use super::matrix::Matrix;
use super::pca::components;
use super::triplets::Hard;
use super::{Tpe, TpeConfig, TpeError};

/// ln(1 + e^2): no triplet loses more at the start, where W is orthonormal and scores lie in [-1, 1].
const LOSS_LIMIT: f64 = 2.126_928_011_042_972_4;

impl Tpe {
    /// Trains W on vectors of people, one label a vector: from the principal components by stochastic gradient descent on the mean
    /// [`triplet_loss`](super::triplet_loss) of each batch. Vectors are scaled to unit length first. The result depends on the
    /// vectors, their order and the configuration alone, for any number of threads.
    ///
    /// # Errors
    /// See [`TpeError`]: too few people, no positive pair, vectors that are zero, not finite or of two lengths, a bad setting.
    pub fn fit<T, V>(vectors: &[V], labels: &[u64], config: &TpeConfig) -> Result<Self, TpeError>
    where
        T: Into<f64> + Copy,
        V: AsRef<[T]>,
    {
        config.check()?;
        let vectors = unit_rows(vectors)?;
        let people = checked_people(vectors.rows(), labels)?;
        let dim = config.dim.min(vectors.cols).min(vectors.rows() - 1);
        let mut w = components(&vectors, dim)?;
        let mut losses = Vec::new();
        for epoch in 0..config.epochs {
            let loss = one_epoch(&mut w, &vectors, labels, &batches(&people, config.batch, config.seed, epoch), config);
            if loss.is_nan() || loss > LOSS_LIMIT || w.data.iter().any(|x| !x.is_finite()) {
                return Err(TpeError::Diverged { epoch: epoch + 1, learning_rate: config.learning_rate });
            }
            losses.push(loss);
        }
        Ok(Self { w, losses })
    }
}

/// The mean over batches of their losses before their steps.
fn one_epoch(w: &mut Matrix, vectors: &Matrix, labels: &[u64], batches: &[Vec<usize>], config: &TpeConfig) -> f64 {
    let mut loss = 0.0;
    for batch in batches {
        let names: Vec<u64> = batch.iter().map(|&i| labels[i]).collect();
        let hard = Hard::of(w, &Matrix::gather(vectors, batch), &names);
        w.data.iter_mut().zip(&hard.gradient.data).for_each(|(w, g)| *w -= config.learning_rate * g);
        loss += hard.loss;
    }
    loss / batches.len() as f64
}

fn checked_people(vectors: usize, labels: &[u64]) -> Result<Vec<Vec<usize>>, TpeError> {
    if vectors != labels.len() {
        return Err(TpeError::Count { vectors, labels: labels.len() });
    }
    let people = people(labels);
    match people.len() {
        n @ (0 | 1) => Err(TpeError::TooFewPeople { people: n }),
        n if people.iter().all(|p| p.len() < 2) => Err(TpeError::NoPositivePair { people: n }),
        _ => Ok(people),
    }
}

fn unit_rows<T: Into<f64> + Copy, V: AsRef<[T]>>(vectors: &[V]) -> Result<Matrix, TpeError> {
    let expected = vectors.first().map_or(0, |v| v.as_ref().len());
    let mut data = Vec::with_capacity(vectors.len() * expected);
    for (index, vector) in vectors.iter().enumerate() {
        data.extend(unit(vector.as_ref(), index, expected)?);
    }
    Ok(Matrix { cols: expected.max(1), data })
}

/// A vector at unit length, checked; `index` is for the error.
pub(super) fn unit<T: Into<f64> + Copy>(vector: &[T], index: usize, expected: usize) -> Result<Vec<f64>, TpeError> {
    if vector.len() != expected {
        return Err(TpeError::WrongDim { index, got: vector.len(), expected });
    }
    let wide: Vec<f64> = vector.iter().map(|&x| x.into()).collect();
    if wide.iter().any(|x| !x.is_finite()) {
        return Err(TpeError::NotFinite { index });
    }
    scaled(wide).ok_or(TpeError::Zero { index })
}

/// `None` for a zero vector. The largest number is divided out first, so that no square overflows or vanishes.
pub(super) fn scaled(mut vector: Vec<f64>) -> Option<Vec<f64>> {
    let largest = vector.iter().fold(0f64, |m, x| m.max(x.abs()));
    if largest == 0.0 {
        return None;
    }
    vector.iter_mut().for_each(|x| *x /= largest);
    let norm = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    vector.iter_mut().for_each(|x| *x /= norm);
    Some(vector)
}
