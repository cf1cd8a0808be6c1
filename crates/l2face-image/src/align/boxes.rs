//! A crop from nothing but the face box.

use crate::geometry::BBox;
use crate::similarity::Similarity;
use crate::template::CropTarget;

/// The box's size (geometric mean of its sides) in interocular distances of the template.
const SIZE: f64 = 2.57;
/// The box's centre below the eyes, in interocular distances of the template.
const CENTRE_BELOW_EYES: f64 = 0.354;

impl Similarity {
    /// Upright crop from a face box: its size (the geometric mean of its sides) becomes 2.57 interocular distances of
    /// the template, its centre comes to lie on the template's midline 0.354 interocular distances below the eyes.
    /// Both numbers are medians over LFW's 13,232 faces of where MTCNN's boxes lie once the same detector's five points
    /// are aligned (scale spread 3 %). Boxes that take in hair and neck need another convention: shrink them first.
    ///
    /// None if the box is not finite or a side is not positive.
    pub fn from_box(bbox: &BBox, target: &CropTarget) -> Option<Self> {
        if !bbox.is_valid() {
            return None;
        }
        let [l, r] = target.eyes();
        let iod = (r[0] - l[0]).hypot(r[1] - l[1]);
        let goal = [(l[0] + r[0]) / 2.0, (l[1] + r[1]) / 2.0 + CENTRE_BELOW_EYES * iod];
        let scale = SIZE * iod / bbox.size();
        let [x, y] = bbox.centre();
        Self::new(scale, 0.0, goal[0] - scale * x, goal[1] - scale * y)
    }
}
