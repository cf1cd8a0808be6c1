//! Hair: a shell over the head, and for long hair a mass behind it.

use crate::anatomy::Face;
use crate::camera::Camera;
use crate::math::{noise, scaled, smooth, unit, V3};
use crate::paint::Surface;

/// An ellipsoid in head coordinates.
struct Ellipsoid {
    centre: V3,
    radii: V3,
}

impl Ellipsoid {
    /// Nearest point to the camera on the ray through `o` along `d`, and coverage of a pixel of size `pixel`.
    fn hit(&self, o: V3, d: V3, pixel: f32) -> Option<(V3, f32)> {
        let r = self.radii;
        let q: V3 = std::array::from_fn(|i| (o[i] - self.centre[i]) / r[i]);
        let e: V3 = std::array::from_fn(|i| d[i] / r[i]);
        let a = crate::math::dot(e, e);
        let b = crate::math::dot(q, e);
        let miss2 = crate::math::dot(q, q) - b * b / a;
        let cover = (0.5 + (1.0 - miss2) * 0.6 / pixel).clamp(0.0, 1.0);
        if cover <= 0.0 {
            return None;
        }
        let t = ((1.0 - miss2).max(0.0) / a).sqrt() - b / a;
        Some((std::array::from_fn(|i| o[i] + t * d[i]), cover))
    }

    fn normal(&self, p: V3) -> V3 {
        unit(std::array::from_fn(|i| (p[i] - self.centre[i]) / (self.radii[i] * self.radii[i])))
    }
}

/// The hair of a head.
pub(crate) struct Hair<'a> {
    face: &'a Face,
    shell: Ellipsoid,
    back: Option<Ellipsoid>,
}

/// Hair seen in a pixel.
pub(crate) struct Strand {
    pub surface: Surface,
    pub normal: V3,
    pub cover: f32,
}

impl<'a> Hair<'a> {
    pub fn new(face: &'a Face) -> Self {
        let v = face.hair_volume;
        let shell = Ellipsoid {
            centre: [0.0, -0.02 - 0.2 * v, -0.06],
            radii: [face.half_width + 0.55 * v, face.top + v, face.half_depth + 0.5 * v],
        };
        let long = face.hair_length - 0.75;
        let back = (long > 0.0).then(|| Ellipsoid {
            centre: [0.0, 0.25 + 0.45 * long, -0.45],
            radii: [face.half_width + 0.14 + 0.8 * v, 1.35 + 0.6 * long, 1.15],
        });
        Hair { face, shell, back }
    }

    /// Height (y) of the hairline at `p`.
    fn hairline(&self, p: V3) -> f32 {
        let f = self.face;
        let ax = p[0].abs();
        let temple = (ax - 0.55) / 0.42;
        let part = 0.12 * smooth(0.5, 0.0, (p[0] - f.hair_part).abs());
        let brow = f.hairline - f.recession * (1.0 - temple * temple).max(0.0) - part;
        let front = brow + 1.25 * smooth(0.72, 1.12, ax);
        let side = 0.30 + 0.5 * f.hair_length.clamp(0.0, 1.4);
        let weight = smooth(0.55, 0.15, p[2]);
        let plain = front + (side - front) * weight;
        if (plain - p[1]).abs() > 0.3 {
            return plain;
        }
        let ragged = 0.14 * f.hair_wave * (noise(7.0 * p[0] + 20.0, 2.0, f.salt ^ 3) - 0.5);
        plain + ragged
    }

    /// Hair in front of the head.
    pub fn front(&self, camera: &Camera, xy: [f32; 2], pixel: f32) -> Option<Strand> {
        let o = camera.to_head([xy[0], xy[1], 0.0]);
        let (p, outline) = self.shell.hit(o, camera.view(), pixel)?;
        let edge = self.hairline(p) - p[1];
        let soft = 0.05 + 0.6 * pixel;
        let cover = smooth(-soft, soft, edge) * outline;
        (cover > 0.0).then(|| Strand { surface: self.surface(p, edge), normal: self.shell.normal(p), cover })
    }

    /// Hair behind the head and over the neck.
    pub fn behind(&self, camera: &Camera, xy: [f32; 2], pixel: f32) -> Option<Strand> {
        let back = self.back.as_ref()?;
        let o = camera.to_head([xy[0], xy[1], 0.0]);
        let (p, cover) = back.hit(o, camera.view(), pixel)?;
        let mut surface = self.surface(p, 0.5);
        surface.colour = scaled(surface.colour, 0.7);
        Some(Strand { surface, normal: back.normal(p), cover })
    }

    fn surface(&self, p: V3, depth: f32) -> Surface {
        let f = self.face;
        let around = 0.7 * p[2] * (p[0] / 0.4).clamp(-1.0, 1.0);
        let flow = p[0] - around - f.hair_part * smooth(0.3, -1.8, p[1]);
        let bend = f.hair_wave * 0.5 * (noise(2.5 * p[0] + 5.0, 2.5 * p[1] + 5.0, f.salt) - 0.5);
        let strand = noise(13.0 * (flow + bend) + 50.0, 2.2 * p[1] + 3.0 * bend, f.salt ^ 11);
        let tone = 0.62 + 0.62 * strand + 0.12 * smooth(0.0, 0.25, depth);
        Surface { colour: scaled(f.hair, tone), gloss: 0.10 + 0.25 * strand }
    }
}
