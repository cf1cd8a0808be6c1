//! The length that features are brought to.

use serde::{Deserialize, Serialize};

use crate::{alpha_lower_bound, HeadError};

/// The scale of the L2-softmax, one number for all features.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alpha {
    /// Constant: what the paper finds best, at 16 to 32 for its face sets.
    Fixed(f64),
    /// A variable, from this value; `None` starts at [`alpha_lower_bound`] for p = 0.9. It tends to drift upward.
    Trained(Option<f64>),
}

impl Alpha {
    /// The first value, for a head of `classes` classes.
    ///
    /// # Errors
    /// A value that is not positive and finite; fewer than 3 classes where the bound is needed.
    pub fn start(self, classes: usize) -> Result<f64, HeadError> {
        match self {
            Self::Fixed(value) | Self::Trained(Some(value)) => positive(value),
            Self::Trained(None) => alpha_lower_bound(classes, 0.9),
        }
    }
}

fn positive(alpha: f64) -> Result<f64, HeadError> {
    match alpha > 0. && alpha.is_finite() {
        true => Ok(alpha),
        false => Err(HeadError::Alpha(alpha)),
    }
}
