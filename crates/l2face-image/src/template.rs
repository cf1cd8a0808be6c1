//! Where the points of an aligned face lie.

use crate::error::{ImageError, Result};
use crate::geometry::{Landmarks5, Point};
use crate::origin::Origin;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Nose base below the eye line, in interocular distances (a nose tip of these templates lies 0.57 below).
const NOSE_BASE: f64 = 0.69;

/// The mean face that a crop is aligned to, in its native size. All three are the same face, framed differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Template {
    /// 112 x 112, as used by ArcFace and most networks since.
    #[serde(rename = "arc112")]
    Arc112,
    /// 96 wide x 112 high, as used by center loss, SphereFace and CosFace: 8 pixels less on either side.
    #[serde(rename = "wide-96x112")]
    Wide96x112,
    /// 128 x 128: ArcFace's points 8 pixels further right, for crops whose side is a multiple of 128.
    #[serde(rename = "arc128")]
    Arc128,
}

impl Template {
    /// Width and height in pixels.
    pub fn size(self) -> (usize, usize) {
        match self {
            Self::Arc112 => (112, 112),
            Self::Wide96x112 => (96, 112),
            Self::Arc128 => (128, 128),
        }
    }

    /// The five points in the native size.
    pub fn points(self) -> Landmarks5 {
        let right = match self {
            Self::Arc112 => 0.0,
            Self::Wide96x112 => -8.0,
            Self::Arc128 => 8.0,
        };
        let arc112 =
            [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]];
        Landmarks5(arc112.map(|[x, y]| [x + right, y]))
    }

    /// The name in configuration files.
    fn name(self) -> &'static str {
        match self {
            Self::Arc112 => "arc112",
            Self::Wide96x112 => "wide-96x112",
            Self::Arc128 => "arc128",
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A template scaled to the crop's size; coordinates are multiplied by width / native width (the field's convention:
/// pixel indices, not pixel edges, are scaled), and taken from the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawTarget")]
pub struct CropTarget {
    /// The mean face.
    pub template: Template,
    /// Width of the crop in pixels.
    pub width: usize,
    /// Height of the crop in pixels, in the template's proportion.
    pub height: usize,
    /// What the first pixel's centre is called in the template's coordinates; 0 in files that do not say it.
    #[serde(skip_serializing_if = "Origin::is_default")]
    pub origin: Origin,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTarget {
    template: Template,
    width: usize,
    height: usize,
    #[serde(default)]
    origin: Origin,
}

impl TryFrom<RawTarget> for CropTarget {
    type Error = ImageError;
    fn try_from(raw: RawTarget) -> Result<Self> {
        Ok(Self::new(raw.template, raw.width, raw.height)?.with_origin(raw.origin))
    }
}

impl CropTarget {
    /// A crop of `width` x `height` pixels.
    ///
    /// # Errors
    /// [`ImageError::Aspect`] if the sides are not in the template's proportion, or 0.
    pub fn new(template: Template, width: usize, height: usize) -> Result<Self> {
        let (native_width, native_height) = template.size();
        if width == 0 || width as u128 * native_height as u128 != height as u128 * native_width as u128 {
            let suggestion = suggestion((native_width, native_height), width.max(height));
            return Err(ImageError::Aspect { template, width, height, native_width, native_height, suggestion });
        }
        Ok(Self { template, width, height, origin: Origin::default() })
    }

    /// The same crop with the template's coordinates counted otherwise.
    pub fn with_origin(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// The crop in the template's native size.
    pub fn native(template: Template) -> Self {
        let (width, height) = template.size();
        Self { template, width, height, origin: Origin::default() }
    }

    /// The template's name, and the origin's where it is not the usual one: `arc112`, `wide-96x112 matlab`.
    pub fn framing(&self) -> String {
        match self.origin.is_default() {
            true => self.template.to_string(),
            false => format!("{} {}", self.template, self.origin),
        }
    }

    /// Crop pixels per template pixel.
    pub fn scale(&self) -> f64 {
        self.width as f64 / self.template.size().0 as f64
    }

    /// The five points in the crop, its first pixel's centre at 0 whatever the origin is called: MATLAB's lie one pixel further left and
    /// higher.
    pub fn points(&self) -> [Point; 5] {
        let (scale, first) = (self.scale(), self.origin.first());
        self.template.points().0.map(|[x, y]| [x * scale - first, y * scale - first])
    }

    /// The two eyes in the crop, image-left first.
    pub fn eyes(&self) -> [Point; 2] {
        let points = self.points();
        [points[0], points[1]]
    }

    /// Where the base of the nose (where it meets the lip, IJB-A's NOSE_BASE) belongs: on the template's midline, 0.69
    /// interocular distances below the eyes. A nose tip lies higher; to align a base to it would shift the crop.
    pub fn nose_base(&self) -> Point {
        let [l, r] = self.eyes();
        let (dx, dy) = (r[0] - l[0], r[1] - l[1]);
        [(l[0] + r[0]) / 2.0 - NOSE_BASE * dy, (l[1] + r[1]) / 2.0 + NOSE_BASE * dx]
    }
}

/// A size in the template's proportion near the larger side that was asked for.
fn suggestion((w, h): (usize, usize), side: usize) -> String {
    let unit = w / gcd(w, h);
    let steps = (side / (h / gcd(w, h))).max(1);
    format!("{}x{}", unit * steps, h / gcd(w, h) * steps)
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 {
        a
    } else {
        gcd(b, a % b)
    }
}
