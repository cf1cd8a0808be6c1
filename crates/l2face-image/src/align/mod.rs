//! From whatever points a face comes with to the transform into the crop.

mod boxes;
mod plausible;
mod policy;

pub use policy::{AlignPolicy, AlignSource};

use crate::geometry::{BBox, Landmarks5, Point};
use crate::similarity::Similarity;
use crate::template::CropTarget;

/// What is known about where a face is, all of it optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaceHints {
    /// A detector's five points.
    pub points: Option<Landmarks5>,
    /// The detector's score of these points, where it is known. Alignment does not use it.
    pub score: Option<f64>,
    /// The subject's right eye, image-left on an upright face (IJB-A's RIGHT_EYE).
    pub right_eye: Option<Point>,
    /// The subject's left eye, image-right on an upright face (IJB-A's LEFT_EYE).
    pub left_eye: Option<Point>,
    /// Where the nose meets the upper lip (IJB-A's NOSE_BASE); lower than a nose tip.
    pub nose_base: Option<Point>,
    /// The face box. It also serves to judge the points: points far outside of it are not used.
    pub bbox: Option<BBox>,
}

/// How a face is brought into the crop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aligned {
    /// From photograph to crop.
    pub transform: Similarity,
    /// What it was made from.
    pub source: AlignSource,
    /// Points that a better source would have used were there but implausible.
    pub rejected: bool,
}

/// The transform of a face into the crop from the best hints that `policy` allows, or None if they do not suffice.
///
/// | source | used when | fitted by least squares to |
/// |---|---|---|
/// | five points | all five fit a face | the template |
/// | three points | both eyes and the nose base fit a face | the template's eyes and [`CropTarget::nose_base`] |
/// | eyes | both eyes do (and are not seen so much from the side that they say nothing about size) | the template's eyes |
/// | box | its sides are positive | see [`Similarity::from_box`] |
///
/// Implausible points are passed over, not repaired: numbers that are not finite, points further outside the face box
/// than half its size, eyes nearer or further apart than a face's, eyes in the wrong order without a nose that confirms
/// an upside-down head, a nose base far from where these eyes want it (one IJB-A row in a thousand), five points that
/// no rotated and scaled face explains.
pub fn align(hints: &FaceHints, policy: AlignPolicy, target: &CropTarget) -> Option<Aligned> {
    let mut rejected = false;
    let mut attempt = |source, found: Found| match found {
        Found::Missing => None,
        Found::Implausible => {
            rejected = true;
            None
        }
        Found::Transform(transform) => Some((transform, source)),
    };
    let found = policy.sources().iter().find_map(|&source| {
        attempt(
            source,
            match source {
                AlignSource::FivePoints => five(hints, target),
                AlignSource::ThreePoints => three(hints, target),
                AlignSource::Eyes => eyes(hints, target),
                AlignSource::Box => from_box(hints, target),
            },
        )
    });
    found.map(|(transform, source)| Aligned { transform, source, rejected })
}

/// What became of one source.
enum Found {
    Missing,
    Implausible,
    Transform(Similarity),
}

impl Found {
    fn fit(plausible: bool, from: &[Point], to: &[Point]) -> Self {
        match Similarity::estimate(from, to) {
            Some(transform) if plausible => Self::Transform(transform),
            _ => Self::Implausible,
        }
    }
}

fn five(hints: &FaceHints, target: &CropTarget) -> Found {
    let Some(points) = &hints.points else {
        return Found::Missing;
    };
    Found::fit(plausible::five(points, hints.bbox.as_ref()), &points.0, &target.points())
}

fn three(hints: &FaceHints, target: &CropTarget) -> Found {
    let (Some(right), Some(left), Some(nose)) = (hints.right_eye, hints.left_eye, hints.nose_base) else {
        return Found::Missing;
    };
    let [a, b] = target.eyes();
    let plausible = plausible::three(right, left, nose, hints.bbox.as_ref());
    Found::fit(plausible, &[right, left, nose], &[a, b, target.nose_base()])
}

fn eyes(hints: &FaceHints, target: &CropTarget) -> Found {
    let (Some(right), Some(left)) = (hints.right_eye, hints.left_eye) else {
        return Found::Missing;
    };
    let plausible = plausible::eyes(right, left, hints.bbox.as_ref());
    Found::fit(plausible, &[right, left], &target.eyes())
}

fn from_box(hints: &FaceHints, target: &CropTarget) -> Found {
    let transform = hints.bbox.as_ref().and_then(|b| Similarity::from_box(b, target));
    transform.map_or(Found::Missing, Found::Transform)
}
