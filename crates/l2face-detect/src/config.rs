//! What the detector looks for.
use candle_core::{bail, Result};
use serde::{Deserialize, Serialize};

/// Settings of the cascade; the default is facenet's and facenet-pytorch's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MtcnnConfig {
    /// Side of the smallest face that is looked for, in pixels. Time grows with the inverse of its square.
    pub min_face_size: f64,
    /// Least probability of a face for P-, R- and O-Net.
    pub thresholds: [f32; 3],
    /// Scale of a level of the pyramid, relative to the one before.
    pub factor: f64,
}

impl Default for MtcnnConfig {
    fn default() -> Self {
        Self { min_face_size: 20., thresholds: [0.6, 0.7, 0.7], factor: 0.709 }
    }
}

impl MtcnnConfig {
    /// Checks that the pyramid ends and the thresholds are probabilities.
    ///
    /// # Errors
    /// One that names the field and its range.
    pub fn check(&self) -> Result<()> {
        let Self { min_face_size, thresholds, factor } = self;
        if !(3. ..=1e5).contains(min_face_size) {
            bail!("min_face_size is {min_face_size}: it must be from 3 to 100000 pixels (20 is usual)");
        }
        if let Some(t) = thresholds.iter().find(|t| !(0. ..=1.).contains(*t)) {
            bail!("thresholds has {t}: each must be a probability, from 0 to 1 (0.6, 0.7, 0.7 are usual)");
        }
        if !(0.1..=0.95).contains(factor) {
            bail!("factor is {factor}: it must be from 0.1 to 0.95 (0.709 is usual)");
        }
        Ok(())
    }
}
