//! How an embedding is trained.

use serde::{Deserialize, Serialize};

use super::TpeError;

/// Settings of [`Tpe::fit`](super::Tpe::fit). The dimension is the paper's, the others are this project's. On a seed of generated faces
/// that no table reports, learning rates from .3 to 10 helped, the more the higher, and 30 broke down. Features that are much alike
/// (a network hardly trained) already broke down at 3, so the default stays at 1; a breakdown is an error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TpeConfig {
    /// Numbers of an embedded vector; at most those of the vectors, and at most one less than there are training vectors.
    pub dim: usize,
    /// Step along the gradient of the mean loss of a batch's triplets.
    pub learning_rate: f64,
    /// Passes over the training vectors; 0 leaves the principal components as they are.
    pub epochs: usize,
    /// Training vectors of a batch, at least: people are put in whole, until so many are reached.
    pub batch: usize,
    /// Orders the people into batches.
    pub seed: u64,
}

impl Default for TpeConfig {
    fn default() -> Self {
        Self { dim: 128, learning_rate: 1.0, epochs: 20, batch: 256, seed: 0 }
    }
}

impl TpeConfig {
    /// Refuses values that cannot be meant.
    ///
    /// # Errors
    /// [`TpeError::Setting`].
    pub fn check(&self) -> Result<(), TpeError> {
        let refuse = |name, value: String, expected| Err(TpeError::Setting { name, value, expected });
        match self {
            Self { dim: 0, .. } => refuse("dim", "0".into(), "at least 1"),
            Self { batch: 0 | 1, .. } => refuse("batch", self.batch.to_string(), "at least 2"),
            Self { learning_rate: rate, .. } if !(rate.is_finite() && *rate > 0.0) => {
                refuse("learning_rate", rate.to_string(), "a finite number above 0")
            }
            _ => Ok(()),
        }
    }
}
