//! The face that a protocol's box means.
use crate::config::MtcnnConfig;
use crate::face::Face;
use crate::mtcnn::Mtcnn;
use crate::select::best_overlap;
use candle_core::{bail, Result};
use l2face_image::{BBox, Rgb8};

/// Side of the smallest face that is looked for, as a share of the box's.
const SMALLEST: f64 = 0.5;

impl Mtcnn {
    /// The face of best overlap with `bbox`, searched for in the box enlarged by `margin` of its width and height on each side and cut to
    /// the photograph; none if no face overlaps the box. IJB's templates give such a box for each face.
    ///
    /// A face smaller than half the box is not looked for, nor one smaller than `min_face_size`.
    ///
    /// # Errors
    /// When the box is not valid or the margin not from 0 to 10.
    pub fn detect_near(&self, image: &Rgb8, bbox: &BBox, margin: f64) -> Result<Option<Face>> {
        if !bbox.is_valid() || !(0. ..=10.).contains(&margin) {
            bail!("a box with sides above 0 and a margin from 0 to 10 are needed, got {bbox:?} and {margin}");
        }
        let Some((part, [x, y])) = enlarged(image, bbox, margin) else {
            return Ok(None);
        };
        let least = (SMALLEST * bbox.size()).max(self.config().min_face_size).min(1e5);
        let detector = self.with_config(MtcnnConfig { min_face_size: least, ..self.config().clone() })?;
        let found = detector.detect(&[part])?.into_iter().flatten();
        let faces: Vec<Face> = found.map(|face| face.moved(x as f64, y as f64)).collect();
        Ok(best_overlap(&faces, bbox).copied())
    }
}

/// The pixels of the enlarged box and where they begin; none if it lies outside.
fn enlarged(image: &Rgb8, bbox: &BBox, margin: f64) -> Option<(Rgb8, [usize; 2])> {
    let axis = |from: f64, side: f64, size: usize| {
        let (from, to) =
            ((from - margin * side).floor().max(0.), (from + side * (1. + margin)).ceil().min(size as f64));
        (from < to).then_some((from as usize, to as usize - from as usize))
    };
    let (x, width) = axis(bbox.x, bbox.width, image.width())?;
    let (y, height) = axis(bbox.y, bbox.height, image.height())?;
    Some((Rgb8::from_fn(width, height, |u, v| image.pixel(x + u, y + v)), [x, y]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_grows_and_is_cut() {
        let image = Rgb8::from_fn(40, 30, |x, y| [x as u8, y as u8, 0]);
        let bbox = BBox { x: 30., y: 10., width: 8., height: 10. };
        let (part, at) = enlarged(&image, &bbox, 0.5).expect("inside");
        assert_eq!((at, part.width(), part.height()), ([26, 5], 14, 20));
        assert_eq!(part.pixel(0, 0), [26, 5, 0]);
        assert!(enlarged(&image, &BBox { x: 60., ..bbox }, 0.5).is_none());
    }
}
