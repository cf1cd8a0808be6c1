//! Points, landmarks and boxes in pixels.

use serde::{Deserialize, Serialize};

/// `[x, y]` in pixels: x to the right, y down, pixel centres at integers (OpenCV's convention).
pub type Point = [f64; 2];

/// Five points of a face: image-left eye (the subject's right), image-right eye, nose tip, image-left mouth corner,
/// image-right mouth corner; the order of MTCNN, RetinaFace and ArcFace.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Landmarks5(pub [Point; 5]);

impl Landmarks5 {
    /// The same face in the mirrored image of `width` pixels: x becomes width - 1 - x, left and right change places.
    pub fn mirrored(&self, width: usize) -> Self {
        let flip = |p: Point| [width as f64 - 1.0 - p[0], p[1]];
        let [a, b, nose, c, d] = self.0.map(flip);
        Self([b, a, nose, d, c])
    }
}

/// An upright box: top-left corner and size, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BBox {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width; a box of no or negative size is not valid.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Least overlap (intersection over union) of a detection with a protocol's box; below it the detection is of another face.
pub const MIN_OVERLAP: f64 = 0.1;

impl BBox {
    /// All four numbers finite and both sides positive.
    pub fn is_valid(&self) -> bool {
        [self.x, self.y, self.width, self.height].iter().all(|v| v.is_finite()) && self.width > 0.0 && self.height > 0.0
    }

    /// The middle of the box.
    pub fn centre(&self) -> Point {
        [self.x + self.width / 2.0, self.y + self.height / 2.0]
    }

    /// width * height, 0 for an invalid box.
    pub fn area(&self) -> f64 {
        match self.is_valid() {
            true => self.width * self.height,
            false => 0.0,
        }
    }

    /// The geometric mean of the sides, 0 for an invalid box: the measure of size all of this crate's rules use.
    pub fn size(&self) -> f64 {
        self.area().sqrt()
    }

    /// Intersection over union in [0, 1]; 0 if either box is invalid.
    pub fn iou(&self, other: &Self) -> f64 {
        if !(self.is_valid() && other.is_valid()) {
            return 0.0;
        }
        let overlap = |a: f64, da: f64, b: f64, db: f64| ((a + da).min(b + db) - a.max(b)).max(0.0);
        let inner =
            overlap(self.x, self.width, other.x, other.width) * overlap(self.y, self.height, other.y, other.height);
        inner / (self.area() + other.area() - inner)
    }
}
