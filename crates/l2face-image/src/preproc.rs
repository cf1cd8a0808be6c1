//! From a crop to the network's numbers, and the proof that two parties do it alike.

use crate::error::{ImageError, Result};
use crate::rgb::Rgb8;
use crate::template::{CropTarget, Template};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The order of a network's three input planes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColourOrder {
    /// Red first: this project, ArcFace, facenet.
    #[default]
    Rgb,
    /// Blue first: Caffe models (center loss, SphereFace), AdaFace.
    Bgr,
}

impl fmt::Display for ColourOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rgb => "rgb",
            Self::Bgr => "bgr",
        })
    }
}

/// All that happens to a face before the network; stored with the weights. value = (byte - mean) * scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preproc {
    /// Template and size of the crop.
    pub target: CropTarget,
    /// Order of the planes.
    pub order: ColourOrder,
    /// Taken off every byte.
    pub mean: f32,
    /// Multiplied afterwards.
    pub scale: f32,
}

impl Default for Preproc {
    /// ArcFace's template in 112 x 112, RGB, (x - 127.5) / 128.
    fn default() -> Self {
        Self::new(CropTarget::native(Template::Arc112))
    }
}

impl Preproc {
    /// RGB, (x - 127.5) / 128, for this crop.
    pub fn new(target: CropTarget) -> Self {
        Self { target, order: ColourOrder::Rgb, mean: 127.5, scale: 1.0 / 128.0 }
    }

    /// Writes the crop as three planes, (3, height, width) row major, into `out` of 3 * height * width floats.
    ///
    /// # Errors
    /// [`ImageError::CropSize`] if the crop is not of the target's size or `out` not of that length.
    pub fn write_chw(&self, img: &Rgb8, out: &mut [f32]) -> Result<()> {
        let (w, h) = (self.target.width, self.target.height);
        if img.width() != w || img.height() != h || out.len() != 3 * w * h {
            return Err(ImageError::CropSize {
                expected_width: w,
                expected_height: h,
                expected_len: 3 * w * h,
                width: img.width(),
                height: img.height(),
                len: out.len(),
            });
        }
        for (plane, values) in out.chunks_exact_mut(w * h).enumerate() {
            let channel = match self.order {
                ColourOrder::Rgb => plane,
                ColourOrder::Bgr => 2 - plane,
            };
            let bytes = img.data()[channel..].iter().step_by(3);
            values.iter_mut().zip(bytes).for_each(|(v, b)| *v = (f32::from(*b) - self.mean) * self.scale);
        }
        Ok(())
    }

    /// Nothing if both are alike.
    ///
    /// # Errors
    /// [`ImageError::PreprocMismatch`] with every field that differs and both values: the first is `self`'s ("here").
    pub fn check_same(&self, other: &Self) -> Result<()> {
        let mut differences = Vec::new();
        let mut compare = |name: &str, here: String, there: String| {
            if here != there {
                differences.push(format!("{name}: {here} here, {there} there"));
            }
        };
        let (a, b) = (&self.target, &other.target);
        compare("target.template", a.template.to_string(), b.template.to_string());
        compare("target.width", a.width.to_string(), b.width.to_string());
        compare("target.height", a.height.to_string(), b.height.to_string());
        compare("target.origin", a.origin.to_string(), b.origin.to_string());
        compare("order", self.order.to_string(), other.order.to_string());
        compare("mean", self.mean.to_string(), other.mean.to_string());
        compare("scale", self.scale.to_string(), other.scale.to_string());
        match differences.is_empty() {
            true => Ok(()),
            false => Err(ImageError::PreprocMismatch { differences }),
        }
    }
}
