//! An image in memory.

use crate::error::{ImageError, Result};
use image::imageops::{resize, FilterType};

/// Interleaved 8-bit RGB, row major, at least one pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rgb8 {
    width: usize,
    height: usize,
    data: Vec<u8>,
}

impl Rgb8 {
    /// Takes over `data`, which holds 3 * width * height bytes.
    ///
    /// # Errors
    /// [`ImageError::Buffer`] if the length does not fit or a side is 0.
    pub fn new(width: usize, height: usize, data: Vec<u8>) -> Result<Self> {
        let len = data.len();
        let needed = width.checked_mul(height).and_then(|n| n.checked_mul(3));
        if width == 0 || height == 0 || needed != Some(len) {
            return Err(ImageError::Buffer { width, height, len });
        }
        Ok(Self { width, height, data })
    }

    /// The image whose pixel at (x, y) is `pixel(x, y)`; called row by row. A side of 0 is taken as 1.
    pub fn from_fn(width: usize, height: usize, mut pixel: impl FnMut(usize, usize) -> [u8; 3]) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let mut data = Vec::with_capacity(3 * width * height);
        for y in 0..height {
            for x in 0..width {
                data.extend_from_slice(&pixel(x, y));
            }
        }
        Self { width, height, data }
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The bytes: R, G, B of the top-left pixel first, then along the row.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The bytes, without a copy.
    pub fn into_data(self) -> Vec<u8> {
        self.data
    }

    /// The pixel in column `x` of row `y`.
    ///
    /// # Panics
    /// If the position is outside the image.
    pub fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        assert!(x < self.width, "column {x} of an image {} wide", self.width);
        let at = 3 * (y * self.width + x);
        [self.data[at], self.data[at + 1], self.data[at + 2]]
    }

    /// Left and right exchanged.
    pub fn mirrored(&self) -> Self {
        Self::from_fn(self.width, self.height, |x, y| self.pixel(self.width - 1 - x, y))
    }

    /// Resampled to `width` x `height` with a triangle filter widened by the reduction (so it does not alias), edges
    /// to edges, as PIL's `resize(.., BILINEAR)`. A side of 0 is taken as 1.
    pub fn resized(&self, width: usize, height: usize) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let (w, h) = (self.width as u32, self.height as u32);
        match image::ImageBuffer::<image::Rgb<u8>, &[u8]>::from_raw(w, h, &self.data) {
            Some(view) => {
                let out = resize(&view, width as u32, height as u32, FilterType::Triangle);
                Self { width, height, data: out.into_raw() }
            }
            None => Self::from_fn(width, height, |x, y| self.pixel(x * self.width / width, y * self.height / height)),
        }
    }
}
