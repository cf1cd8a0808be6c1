//! TPE, triplet probabilistic embedding (Sankaranarayanan, Alavi, Castillo, Chellappa, arXiv 1604.05417): a linear map of a network's
//! features to fewer numbers, trained on people who are not tested.

mod batches;
mod config;
mod error;
mod fit;
mod matrix;
mod pca;
mod split;
mod triplets;

pub use config::TpeConfig;
pub use error::TpeError;
pub(crate) use split::SplitTpe;
pub use triplets::{triplet_loss, TripletLoss};

use crate::Pooled;
use fit::{scaled, unit};
use matrix::{combine, Matrix};

/// A trained map W.
///
/// ```
/// use l2face_eval::{Tpe, TpeConfig};
/// let vectors = [[1.0, 0.2, 0.9f32], [0.9, 0.1, -0.8], [0.1, 1.0, 0.7], [0.2, 0.9, -0.9]];
/// let tpe = Tpe::fit(&vectors, &[7, 7, 8, 8], &TpeConfig { dim: 2, ..TpeConfig::default() })?;
/// let [a, b, c] = [0, 1, 2].map(|i| tpe.apply(&vectors[i]).unwrap());
/// let cosine = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
/// assert!(cosine(&a, &b) > cosine(&a, &c)); // it was the other way round
/// # Ok::<(), l2face_eval::TpeError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Tpe {
    /// Transposed: (D, dim).
    w: Matrix,
    losses: Vec<f64>,
}

impl Tpe {
    /// `W v / ||W v||`, f64 inside. The length of `vector` does not matter; zero becomes zero, and so does what W maps to zero.
    ///
    /// # Errors
    /// A vector of another length than those of the training, or one that is not finite.
    pub fn apply(&self, vector: &[f32]) -> Result<Vec<f32>, TpeError> {
        let zero = || vec![0.0; self.dim()];
        match unit(vector, 0, self.w.rows()) {
            Ok(unit) => Ok(self.project(&unit).map_or_else(zero, |v| v.into_iter().map(|x| x as f32).collect())),
            Err(TpeError::Zero { .. }) => Ok(zero()),
            Err(error) => Err(error),
        }
    }

    /// A template's vector embedded; `None`, a failure to enrol, if W maps it to zero.
    pub(crate) fn apply_pooled(&self, pooled: Pooled) -> Option<Pooled> {
        Some(Pooled { vector: self.project(&pooled.vector)?, feature_norm: pooled.feature_norm })
    }

    fn project(&self, vector: &[f64]) -> Option<Vec<f64>> {
        let mut out = vec![0.0; self.dim()];
        combine(&mut out, vector, &self.w);
        scaled(out)
    }

    /// Numbers of an embedded vector: the configured dimension, or less (see [`TpeConfig::dim`]).
    pub fn dim(&self) -> usize {
        self.w.cols
    }

    /// W: [`Self::dim`] rows of D numbers.
    pub fn weight(&self) -> Vec<Vec<f64>> {
        self.w.transposed().data.chunks_exact(self.w.rows()).map(<[f64]>::to_vec).collect()
    }

    /// Mean loss of every epoch, each batch's before its step.
    pub fn losses(&self) -> &[f64] {
        &self.losses
    }
}
