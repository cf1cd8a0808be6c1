//! A batch of crops, ready for the network.

use candle_core::{Device, Result, Tensor};

/// `n` preprocessed crops with their labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Values in the order (n, 3, height, width).
    pub images: Vec<f32>,
    /// Identities, `n` of them.
    pub labels: Vec<u32>,
    /// Which items of the data set these are.
    pub indices: Vec<u32>,
    /// Pixels.
    pub height: usize,
    /// Pixels.
    pub width: usize,
}

impl Batch {
    /// The number of crops.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// (n, 3, height, width).
    pub fn shape(&self) -> (usize, usize, usize, usize) {
        (self.len(), 3, self.height, self.width)
    }

    /// Images (n, 3, height, width) of `f32` and labels (n) of `u32` on `device`.
    pub fn tensors(&self, device: &Device) -> Result<(Tensor, Tensor)> {
        let images = Tensor::from_slice(&self.images, self.shape(), device)?;
        let labels = Tensor::from_slice(&self.labels, self.len(), device)?;
        Ok((images, labels))
    }
}
