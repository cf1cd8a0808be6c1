//! A PReLU layer.
use crate::prelu;
use candle_core::{Module, Result, Tensor};
use candle_nn::{Init, VarBuilder};

/// Variable `weight` (channels): the slope for negative values, 0.25 at the start.
#[derive(Clone, Debug)]
pub struct Prelu {
    weight: Tensor,
    name: String,
}

impl Prelu {
    /// A layer for (N, channels) or (N, channels, H, W).
    ///
    /// # Errors
    /// When `vb` has a variable of another shape or lacks one.
    pub fn new(channels: usize, vb: VarBuilder<'_>) -> Result<Self> {
        Ok(Self { weight: vb.get_with_hints(channels, "weight", Init::Const(0.25))?, name: vb.prefix() })
    }

    /// A layer with these slopes, (channels): zeros are ReLU, ones let everything through.
    pub fn from_slope(slope: Tensor) -> Self {
        Self { weight: slope, name: String::new() }
    }

    /// Where its variable stands: `prelu` for `prelu.weight`; nothing for slopes that were given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The slopes, (channels), for the fused operations.
    pub fn slope(&self) -> &Tensor {
        &self.weight
    }
}

impl Module for Prelu {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        prelu(x, &self.weight)
    }
}
