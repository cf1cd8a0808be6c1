//! Arithmetic of boxes between the stages, in `f32` as the networks give them.
use crate::area::Region;

/// Left, top, right, bottom, in pixels of the photograph.
pub type Corners = [f32; 4];

/// Each edge moved by its share of the width or height, which are counted with `extra` pixels: 0 after P-Net, 1 after R- and O-Net.
pub fn shifted(b: Corners, shift: [f32; 4], extra: f32) -> Corners {
    let (w, h) = (b[2] - b[0] + extra, b[3] - b[1] + extra);
    [b[0] + shift[0] * w, b[1] + shift[1] * h, b[2] + shift[2] * w, b[3] + shift[3] * h]
}

/// The square around the same centre with the longer side.
pub fn squared(b: Corners) -> Corners {
    let (w, h) = (b[2] - b[0], b[3] - b[1]);
    let side = w.max(h);
    let (x, y) = (b[0] + w * 0.5 - side * 0.5, b[1] + h * 0.5 - side * 0.5);
    [x, y, x + side, y + side]
}

/// The pixels of a photograph of `width` x `height` that a box has, counting from 1 to the truncated right and bottom edge, as MTCNN's
/// authors did in MATLAB; none when it lies outside or is not finite.
pub fn pixels(b: Corners, width: usize, height: usize) -> Option<Region> {
    let axis = |from: f32, to: f32, size: usize| {
        let (from, to) = ((from as i64).max(1) - 1, (to as i64).min(size as i64));
        (from < to).then_some(from as usize..to as usize)
    };
    let finite = b.iter().all(|v| v.is_finite());
    let (x, y) = (axis(b[0], b[2], width)?, axis(b[1], b[3], height)?);
    finite.then_some(Region { x, y })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_move_by_shares() {
        assert_eq!(shifted([10., 20., 30., 60.], [0.1, -0.1, 0.5, 0.], 0.), [12., 16., 40., 60.]);
        assert_eq!(shifted([10., 20., 29., 59.], [0.1, -0.1, 0.5, 0.], 1.), [12., 16., 39., 59.]);
    }

    #[test]
    fn a_square_keeps_the_centre() {
        assert_eq!(squared([10., 20., 30., 60.]), [0., 20., 40., 60.]);
        assert_eq!(squared([10., 20., 50., 30.]), [10., 5., 50., 45.]);
        assert_eq!(squared([1., 1., 4., 4.]), [1., 1., 4., 4.]);
    }

    #[test]
    fn boxes_are_cut_to_the_photograph() {
        let region = |x, y| Some(Region { x, y });
        assert_eq!(pixels([3.9, 2.2, 10.9, 8.], 20, 10), region(2..10, 1..8));
        assert_eq!(pixels([-5.5, 0.5, 50., 50.], 20, 10), region(0..20, 0..10));
        assert_eq!(pixels([25., 1., 40., 9.], 20, 10), None);
        assert_eq!(pixels([-9., 1., -2., 9.], 20, 10), None);
        assert_eq!(pixels([1., 1., f32::NAN, 9.], 20, 10), None);
        assert_eq!(pixels([1., 1., f32::INFINITY, 9.], 20, 10), None);
        assert_eq!(pixels([f32::MAX, 1., f32::MAX, 9.], 20, 10), None);
    }
}
