//! Could these be points of a face? Wide bounds: they are to catch mistakes of annotation, not profiles.
//! "Size" is the geometric mean of the box's sides; a frontal face's eyes are about 0.39 of it apart (MTCNN on LFW:
//! 0.18 in the most extreme profile to 0.47).

use crate::geometry::{BBox, Landmarks5, Point};
use crate::similarity::Similarity;
use crate::template::Template;

/// Points may lie this much of the size outside the box.
const OUTSIDE: f64 = 0.5;
/// Least and greatest distance of the eyes, in sizes, where another point fixes the scale.
const EYES_APART: (f64, f64) = (0.05, 0.9);
/// Least distance of the eyes, in sizes, where they alone fix the scale.
const EYES_ALONE: f64 = 0.15;
/// The line between the eyes may be turned by this many degrees if nothing else tells up from down.
const ROLL: f64 = 100.0;
/// Greatest distance of the nose base from its place, in face lengths (see `face_length`).
const NOSE_OFF: f64 = 1.6;
/// A nose base is expected this many face lengths below the eyes.
const NOSE_BELOW: f64 = 0.69;
/// An interocular distance is taken as no less than this part of the size when distances are judged by it.
const FRONTAL: f64 = 0.3;
/// Greatest root mean square residual of five points, in interocular distances of the fitted face: at most 0.32 on LFW,
/// 0.52 for a flat face seen exactly from the side, 2.8 if left and right are exchanged.
const RESIDUAL: f64 = 0.7;

/// Both eyes, when nothing else is known.
pub(super) fn eyes(right: Point, left: Point, bbox: Option<&BBox>) -> bool {
    let wide_enough = size(bbox).is_none_or(|s| distance(right, left) >= EYES_ALONE * s);
    pair(right, left, bbox) && wide_enough && roll(right, left).abs() <= ROLL.to_radians()
}

/// Both eyes and the nose base.
pub(super) fn three(right: Point, left: Point, nose: Point, bbox: Option<&BBox>) -> bool {
    if !(pair(right, left, bbox) && near(nose, bbox)) {
        return false;
    }
    let [across, down] = in_face(right, left, nose, bbox);
    down > 0.0 && across.hypot(down - NOSE_BELOW) <= NOSE_OFF
}

/// Five points: near the box, of a size that goes with it, and in a face's arrangement.
pub(super) fn five(points: &Landmarks5, bbox: Option<&BBox>) -> bool {
    let template = Template::Arc112.points().0;
    let Some(fit) = Similarity::estimate(&template, &points.0) else {
        return false;
    };
    let iod = distance(template[0], template[1]) * fit.scale();
    let squares = template.iter().zip(&points.0).map(|(t, p)| distance(fit.apply(*t), *p).powi(2));
    let residual = (squares.sum::<f64>() / 5.0).sqrt();
    let sized = size(bbox).is_none_or(|s| (EYES_APART.0 * s..=EYES_APART.1 * s).contains(&iod));
    residual <= RESIDUAL * iod && sized && points.0.iter().all(|p| near(*p, bbox))
}

/// Two different finite points near the box and a possible distance apart.
fn pair(right: Point, left: Point, bbox: Option<&BBox>) -> bool {
    let apart = distance(right, left);
    let sized = size(bbox).is_none_or(|s| (EYES_APART.0 * s..=EYES_APART.1 * s).contains(&apart));
    apart > 0.0 && sized && near(right, bbox) && near(left, bbox)
}

/// Finite, and no further outside the box (if that is valid) than half its size.
fn near(p: Point, bbox: Option<&BBox>) -> bool {
    let inside = |b: &BBox| {
        let margin = OUTSIDE * b.size();
        let x = (b.x - margin..=b.x + b.width + margin).contains(&p[0]);
        let y = (b.y - margin..=b.y + b.height + margin).contains(&p[1]);
        x && y
    };
    p.iter().all(|v| v.is_finite()) && bbox.filter(|b| b.is_valid()).is_none_or(inside)
}

/// The point seen from between the eyes: along the line of the eyes and down the face, in face lengths.
fn in_face(right: Point, left: Point, p: Point, bbox: Option<&BBox>) -> [f64; 2] {
    let apart = distance(right, left);
    let along = [(left[0] - right[0]) / apart, (left[1] - right[1]) / apart];
    let from = [p[0] - (right[0] + left[0]) / 2.0, p[1] - (right[1] + left[1]) / 2.0];
    let length = face_length(apart, bbox);
    let across = along[0] * from[0] + along[1] * from[1];
    let down = along[0] * from[1] - along[1] * from[0];
    [across / length, down / length]
}

/// The distance of the eyes as seen from the front: in profile they seem near, but the nose stays as long as it is.
fn face_length(apart: f64, bbox: Option<&BBox>) -> f64 {
    size(bbox).map_or(apart, |s| apart.max(FRONTAL * s))
}

fn size(bbox: Option<&BBox>) -> Option<f64> {
    bbox.filter(|b| b.is_valid()).map(BBox::size)
}

fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn roll(right: Point, left: Point) -> f64 {
    (left[1] - right[1]).atan2(left[0] - right[0])
}
