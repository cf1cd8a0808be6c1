//! One face out of several.
use crate::face::Face;
use l2face_image::{BBox, MIN_OVERLAP};

/// The largest box; of equal ones the first.
pub fn largest(faces: &[Face]) -> Option<&Face> {
    best(faces, |face| face.bbox.area())
}

/// A large box near the centre of a photograph of `width` x `height` pixels: largest area - 2 d^2, where d is the distance of the two centres
/// (facenet's `align_dataset_mtcnn.py`). The subject of an LFW photograph.
pub fn nearest_centre(faces: &[Face], width: usize, height: usize) -> Option<&Face> {
    best(faces, |face| {
        let [x, y] = face.bbox.centre();
        let (dx, dy) = (x - width as f64 / 2., y - height as f64 / 2.);
        face.bbox.area() - 2. * (dx * dx + dy * dy)
    })
}

/// The highest intersection over union with `bbox`; none below [`MIN_OVERLAP`]: in an enlarged box a neighbour's face is no answer.
pub fn best_overlap<'a>(faces: &'a [Face], bbox: &BBox) -> Option<&'a Face> {
    best(faces, |face| face.bbox.iou(bbox)).filter(|face| face.bbox.iou(bbox) >= MIN_OVERLAP)
}

fn best(faces: &[Face], merit: impl Fn(&Face) -> f64) -> Option<&Face> {
    let better = |best: &'_ Face, next: &'_ Face| merit(next) > merit(best);
    faces.iter().reduce(|best, next| if better(best, next) { next } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use l2face_image::Landmarks5;

    fn face(x: f64, y: f64, side: f64) -> Face {
        let bbox = BBox { x, y, width: side, height: side };
        Face { bbox, score: 1., points: Landmarks5([[0.; 2]; 5]) }
    }

    #[test]
    fn one_of_three() {
        let faces = [face(0., 0., 50.), face(45., 45., 12.), face(40., 40., 20.)];
        assert_eq!(largest(&faces), Some(&faces[0]));
        // 2500 - 2 * 2 * 25^2 = 0; 144 - 2 * 2 * 1 = 140; 400 - 0.
        assert_eq!(nearest_centre(&faces, 100, 100), Some(&faces[2]));
        let near = BBox { x: 46., y: 46., width: 10., height: 10. };
        assert_eq!(best_overlap(&faces, &near), Some(&faces[1]));
        assert_eq!(best_overlap(&faces, &BBox { x: 80., ..near }), None);
        let neighbour = BBox { x: 59., y: 59., width: 10., height: 10. };
        assert!(faces.iter().any(|face| face.bbox.iou(&neighbour) > 0.));
        assert_eq!(best_overlap(&faces, &neighbour), None, "by a pixel");
    }

    #[test]
    fn none_of_none_and_the_first_of_equals() {
        assert_eq!(largest(&[]), None);
        let faces = [face(0., 0., 5.), face(1., 1., 5.)];
        assert_eq!(largest(&faces), Some(&faces[0]));
    }
}
