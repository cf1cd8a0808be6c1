//! Light: a key light with wrap, a sky, and a highlight.

use crate::camera::Camera;
use crate::math::{dot, unit, Rgb, V3};
use crate::nuisance::Nuisance;
use crate::paint::Surface;

/// The lights of a picture, in head coordinates.
pub(crate) struct Lights {
    key_from: V3,
    half: V3,
    up: V3,
    key: f32,
    ambient: f32,
    gain: Rgb,
}

impl Lights {
    pub fn new(n: &Nuisance, camera: &Camera) -> Self {
        let (sa, ca) = (n.light_azimuth as f32).sin_cos();
        let (se, ce) = (n.light_elevation as f32).sin_cos();
        let key_from = camera.light([sa * ce, -se, ca * ce]);
        let view = camera.view();
        Lights {
            key_from,
            half: unit([key_from[0] + view[0], key_from[1] + view[1], key_from[2] + view[2]]),
            up: camera.light([0.0, -1.0, 0.0]),
            key: 0.80 * n.key as f32,
            ambient: 0.40 * n.ambient as f32,
            gain: n.gain.map(|g| g as f32),
        }
    }

    /// Light leaving a surface with unit normal `normal` towards the camera.
    pub fn shade(&self, s: Surface, normal: V3) -> Rgb {
        let facing = dot(normal, self.key_from);
        let lit = ((facing + 0.18) / 1.18).max(0.0) * self.key;
        let sky = (0.72 + 0.28 * dot(normal, self.up)) * self.ambient;
        let h = dot(normal, self.half).max(0.0);
        let h8 = h * h * h * h * h * h * h * h;
        let gloss = s.gloss * h8 * h8 * lit * 0.55;
        let k = lit + sky;
        std::array::from_fn(|i| (s.colour[i] * k + gloss) * self.gain[i])
    }

    /// Gain of the camera alone: what a flat, self-lit background gets.
    pub fn gain(&self) -> Rgb {
        self.gain
    }
}
