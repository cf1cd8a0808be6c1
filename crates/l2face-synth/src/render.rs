//! One picture of one person.

use crate::anatomy::Face;
use crate::camera::Camera;
use crate::head::Head;
use crate::identity::Identity;
use crate::math::V3;
use crate::nuisance::Nuisance;
use crate::quality::quality;
use crate::sensor::{record, Planes};
use crate::stage::Stage;
use l2face_image::{BBox, Landmarks5, Point, Rgb8};

/// A picture with everything known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Render {
    /// The picture, `size` x `size`.
    pub image: Rgb8,
    /// Exact projections of eye centres, nose tip and mouth corners, in pixels (also where they are covered).
    pub landmarks: Landmarks5,
    /// Exact projection of the point under the nose (IJB-A's NOSE_BASE).
    pub nose_base: Point,
    /// Box around the face from hairline to chin, in pixels.
    pub bbox: BBox,
    /// The head's yaw in degrees, positive towards the image's right.
    pub yaw_degrees: f64,
    /// Quality in [0, 1], see [`quality`].
    pub quality: f64,
}

/// What is known about a picture without its pixels.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Facts {
    pub landmarks: Landmarks5,
    pub nose_base: Point,
    pub bbox: BBox,
    pub yaw_degrees: f64,
    pub quality: f64,
}

impl Render {
    pub(crate) fn facts(&self) -> Facts {
        Facts {
            landmarks: self.landmarks,
            nose_base: self.nose_base,
            bbox: self.bbox,
            yaw_degrees: self.yaw_degrees,
            quality: self.quality,
        }
    }
}

/// Renders `id` in the state `n` on a square canvas of `size` pixels (at least 16). Deterministic.
///
/// # Panics
/// If `size` is below 16.
pub fn render(id: &Identity, n: &Nuisance, size: usize) -> Render {
    assert!(size >= 16, "a canvas of {size} pixels is too small for a face: use 16 or more");
    let face = Face::new(id, n);
    let head = Head::new(&face);
    let (camera, facts) = known(n, size, &face, &head);
    let mut planes = Planes::new(size);
    Stage::new(n, &face, &head, &camera).expose(&mut planes);
    record(&mut planes, n, n.scale * size as f64);
    Render {
        image: Rgb8::new(size, size, planes.bytes()).expect("three bytes for each pixel"),
        landmarks: facts.landmarks,
        nose_base: facts.nose_base,
        bbox: facts.bbox,
        yaw_degrees: facts.yaw_degrees,
        quality: facts.quality,
    }
}

/// The facts of [`render`], without its pixels.
pub(crate) fn measure(id: &Identity, n: &Nuisance, size: usize) -> Facts {
    let face = Face::new(id, n);
    known(n, size, &face, &Head::new(&face)).1
}

fn known(n: &Nuisance, size: usize, face: &Face, head: &Head<'_>) -> (Camera, Facts) {
    let points = [
        head.surface(-face.eye_x, 0.0),
        head.surface(face.eye_x, 0.0),
        head.surface(0.0, face.nose_y),
        corner(head, face, -1.0),
        corner(head, face, 1.0),
    ];
    let anchor: V3 = std::array::from_fn(|i| points.iter().map(|p| p[i]).sum::<f32>() / 5.0);
    let camera = Camera::new(n, size, anchor);
    let pixel = |p: V3| camera.pixel(p).map(f64::from);
    let facts = Facts {
        landmarks: Landmarks5(points.map(pixel)),
        nose_base: pixel(head.surface(0.0, face.nose_base_y)),
        bbox: bounds(face, head, &camera),
        yaw_degrees: n.yaw.to_degrees(),
        quality: quality(n),
    };
    (camera, facts)
}

fn corner(head: &Head<'_>, face: &Face, side: f32) -> V3 {
    head.surface(side * face.mouth_half, face.mouth_y - face.corner_rise)
}

/// The box around the projected face: hairline to chin, temple to temple, as far as it is turned to the camera.
fn bounds(face: &Face, head: &Head<'_>, camera: &Camera) -> BBox {
    let mut lo = [f64::INFINITY; 2];
    let mut hi = [f64::NEG_INFINITY; 2];
    for step in 0..60 {
        let ring = [1.0, 0.75, 0.4][step % 3];
        let (s, c) = (step as f32 * std::f32::consts::TAU / 60.0).sin_cos();
        let y = ring * if s < 0.0 { 1.2 * s } else { 0.96 * face.bottom * s };
        let x = ring * 0.93 * face.half_width * c * (1.0 - face.jaw * s.max(0.0));
        let p = camera.pixel(head.surface(x, y));
        for i in 0..2 {
            lo[i] = lo[i].min(f64::from(p[i]));
            hi[i] = hi[i].max(f64::from(p[i]));
        }
    }
    BBox { x: lo[0], y: lo[1], width: hi[0] - lo[0], height: hi[1] - lo[1] }
}
