//! The colour of a face's surface as a function of face coordinates.

mod beard;
mod brows;
mod eyes;
mod mouth;
mod skin;

use crate::anatomy::Face;
use crate::math::{Rgb, V3};

/// What the surface is like at a point.
#[derive(Clone, Copy)]
pub(crate) struct Surface {
    /// Reflectance in linear light.
    pub colour: Rgb,
    /// Strength of the highlight.
    pub gloss: f32,
}

/// The surface at the head point `p`; `pixel` is the size of a pixel there, the width of soft edges.
pub(crate) fn face(f: &Face, p: V3, pixel: f32) -> Surface {
    let [x, y, z] = p;
    let soft = (0.6 * pixel).max(0.012);
    if z < 0.02 {
        return Surface { colour: f.skin, gloss: 0.1 };
    }
    let mut s = Surface { colour: skin::colour(f, x, y), gloss: 0.16 };
    if y > -0.1 {
        beard::paint(f, p, &mut s);
        mouth::paint(f, x, y, soft, &mut s);
    }
    if y.abs() < 0.8 {
        eyes::paint(f, x, y, soft, &mut s);
        brows::paint(f, x, y, soft, &mut s);
    }
    s
}
