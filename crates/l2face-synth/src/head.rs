//! The head as an implicit surface, and where a ray meets it.

use crate::anatomy::Face;
use crate::camera::Camera;
use crate::math::{smooth, unit, V3};
use crate::relief::Relief;

/// A head: a tapered ellipsoid (cubic in height, so that the chin is full) with a face in relief.
pub(crate) struct Head<'a> {
    face: &'a Face,
    relief: Relief,
    /// Reciprocals of half width, top, bottom and half depth.
    over: [f32; 4],
}

/// Where a ray meets the head.
pub(crate) struct Hit {
    /// The point, in head coordinates.
    pub at: V3,
    /// How much of the pixel is covered, 0..1 (below 1 only along the outline).
    pub cover: f32,
}

impl<'a> Head<'a> {
    pub fn new(face: &'a Face) -> Self {
        Head {
            face,
            relief: Relief::new(face),
            over: [face.half_width, face.top, face.bottom, face.half_depth].map(f32::recip),
        }
    }

    /// Half the width of the head's section at height `y`, relative to the widest.
    fn taper(&self, y: f32) -> f32 {
        if y > -0.4 && y < 0.25 {
            return 1.0;
        }
        1.0 - self.face.jaw * smooth(0.25, self.face.bottom, y) - 0.05 * smooth(-0.4, -1.5, y)
    }

    fn half_height(&self, y: f32) -> f32 {
        if y < 0.0 {
            self.face.top
        } else {
            self.face.bottom
        }
    }

    /// Squared "radius" of the plain ellipsoid at `p`: 1 on it.
    fn radius2(&self, p: V3) -> f32 {
        let [over_width, over_top, over_bottom, over_depth] = self.over;
        let x = p[0] * over_width / self.taper(p[1]);
        let y = if p[1] < 0.0 { -p[1] * over_top } else { p[1] * over_bottom };
        let z = p[2] * over_depth;
        x * x + y * y * y + z * z
    }

    /// Roughly the distance of `p` from the surface, negative inside.
    fn distance(&self, p: V3) -> f32 {
        let plain = (self.radius2(p).sqrt() - 1.0) * self.face.half_depth;
        if p[2] <= 0.0 || plain > 0.6 {
            return plain;
        }
        plain - self.relief.height(p[0], p[1]) * front(p[2])
    }

    /// The point on the surface in front of (x, y), by bisection along z.
    pub fn surface(&self, x: f32, y: f32) -> V3 {
        let (mut lo, mut hi) = (0.3f32, 2.4f32);
        for _ in 0..24 {
            let mid = 0.5 * (lo + hi);
            if self.distance([x, y, mid]) > 0.0 {
                hi = mid
            } else {
                lo = mid
            }
        }
        [x, y, 0.5 * (lo + hi)]
    }

    /// Unit normal at a surface point, in head coordinates.
    pub fn normal(&self, p: V3) -> V3 {
        let f = self.face;
        let width = f.half_width * self.taper(p[1]);
        let height = self.half_height(p[1]);
        let y = p[1] / height;
        let k = f.half_depth / self.radius2(p).sqrt().max(1e-3);
        let slope = self.relief.slope(p[0], p[1]);
        let w = front(p[2]);
        unit([
            k * p[0] / (width * width) - w * slope[0],
            k * 1.5 * y * y.abs() / height - w * slope[1],
            k * p[2] / (f.half_depth * f.half_depth),
        ])
    }

    /// Follows the ray through camera coordinates `xy` from the front. `pixel` is the size of a pixel.
    pub fn trace(&self, camera: &Camera, xy: [f32; 2], pixel: f32) -> Option<Hit> {
        let view = camera.view();
        let origin = camera.to_head([xy[0], xy[1], 0.0]);
        let mut t = self.entry(origin, view)?;
        let last = -0.15 * t.abs() - 0.1;
        let mut best = (f32::INFINITY, t);
        for _ in 0..24 {
            let d = self.distance(along(origin, view, t));
            if d < best.0 {
                best = (d, t);
            }
            if d < 0.012 || t < last {
                break;
            }
            t -= (0.75 * d).max(0.012);
        }
        let cover = (1.15 - 0.8 * best.0 / pixel).clamp(0.0, 1.0);
        (cover > 0.0).then(|| Hit { at: along(origin, view, best.1 - 0.8 * best.0), cover })
    }

    /// Where the ray enters an ellipsoid around head and nose.
    fn entry(&self, o: V3, d: V3) -> Option<f32> {
        let f = self.face;
        let centre_y = 0.5 * (f.bottom - f.top);
        let half = 0.5 * (f.bottom + f.top);
        let r = [f.half_width * 1.12, half * 1.12 + 0.05, f.half_depth + 0.42];
        let (o, d) = ([o[0] / r[0], (o[1] - centre_y) / r[1], o[2] / r[2]], [d[0] / r[0], d[1] / r[1], d[2] / r[2]]);
        let a = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
        let b = o[0] * d[0] + o[1] * d[1] + o[2] * d[2];
        let c = o[0] * o[0] + o[1] * o[1] + o[2] * o[2] - 1.0;
        let disc = b * b - a * c;
        (disc > 0.0).then(|| (disc.sqrt() - b) / a)
    }
}

fn along(o: V3, d: V3, t: f32) -> V3 {
    [o[0] + t * d[0], o[1] + t * d[1], o[2] + t * d[2]]
}

/// The relief belongs to the front of the head.
fn front(z: f32) -> f32 {
    smooth(0.0, 0.5, z)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Identity;
    use crate::nuisance::Nuisance;

    #[test]
    fn a_ray_through_a_projected_surface_point_finds_it() {
        let n = Nuisance { yaw: 0.25, pitch: 0.1, ..Nuisance::neutral() };
        let face = Face::new(&Identity::mean(), &n);
        let head = Head::new(&face);
        let camera = Camera::new(&n, 96, [0.0, 0.5, 1.3]);
        for (x, y) in [(-0.5, 0.0), (0.0, face.nose_y), (0.3, 1.1), (0.0, 1.5), (0.4, -0.8)] {
            let p = head.surface(x, y);
            let c = camera.to_camera(p);
            let hit = head.trace(&camera, [c[0], c[1]], 0.05).expect("a hit");
            let d = (0..3).map(|i| (hit.at[i] - p[i]).powi(2)).sum::<f32>().sqrt();
            assert!(d < 0.03, "({x}, {y}): off by {d}");
            assert_eq!(hit.cover, 1.0);
        }
    }

    #[test]
    fn normals_point_outwards_and_the_nose_stands_out() {
        let face = Face::new(&Identity::mean(), &Nuisance::neutral());
        let head = Head::new(&face);
        assert!(head.normal(head.surface(0.0, -0.8))[2] > 0.7);
        assert!(head.normal(head.surface(0.15, 0.3))[0] > 0.3, "side of the nose");
        assert!(head.surface(0.0, face.nose_y)[2] > head.surface(0.35, face.nose_y)[2] + 0.2);
    }

    #[test]
    fn rays_beside_the_head_miss() {
        let n = Nuisance::neutral();
        let face = Face::new(&Identity::mean(), &n);
        let camera = Camera::new(&n, 96, [0.0, 0.5, 1.3]);
        assert!(Head::new(&face).trace(&camera, [1.6, 0.0], 0.05).is_none());
    }
}
