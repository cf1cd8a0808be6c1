//! One face that was found.
use l2face_image::{BBox, Landmarks5};
use serde::{Deserialize, Serialize};

/// A face in a photograph. Coordinates are pixels of the photograph; the box may reach beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Face {
    /// The box; its edges are MTCNN's `x1, y1, x2, y2`, unchanged, with width x2 - x1 and height y2 - y1.
    pub bbox: BBox,
    /// Probability of a face by O-Net, from 0 to 1.
    pub score: f64,
    /// Image-left eye, image-right eye, nose tip, image-left and image-right mouth corner.
    pub points: Landmarks5,
}

impl Face {
    /// The box as left, top, right, bottom.
    pub fn corners(&self) -> [f64; 4] {
        let BBox { x, y, width, height } = self.bbox;
        [x, y, x + width, y + height]
    }

    /// The same face where everything is moved by (`x`, `y`) pixels.
    pub(crate) fn moved(mut self, x: f64, y: f64) -> Self {
        self.bbox.x += x;
        self.bbox.y += y;
        self.points.0.iter_mut().for_each(|p| *p = [p[0] + x, p[1] + y]);
        self
    }
}
