//! Things in front of the face: glasses, scarf, hand.

use crate::anatomy::Face;
use crate::light::Lights;
use crate::math::{cell, linear, mix, noise, scaled, smooth, Rgb};
use crate::nuisance::{Cover, Nuisance};
use crate::paint::Surface;
use crate::relief::segment;

/// Covers that lie on the face, painted in face coordinates.
pub(crate) fn worn(n: &Nuisance, f: &Face, x: f32, y: f32, pixel: f32, s: &mut Surface) {
    let soft = (0.6 * pixel).max(0.012);
    match n.cover {
        Cover::None | Cover::Hand { .. } => {}
        Cover::Glasses => spectacles(n, f, [x, y], soft, false, s),
        Cover::Sunglasses => spectacles(n, f, [x, y], soft, true, s),
        Cover::Scarf { top } => scarf(n, top as f32, [x, y], soft, s),
    }
}

fn draw(n: &Nuisance, k: i32) -> f32 {
    cell(k, n.scene as i32, (n.scene >> 32) as u32 ^ 0x51)
}

fn spectacles(n: &Nuisance, f: &Face, [x, y]: [f32; 2], soft: f32, dark: bool, s: &mut Surface) {
    let tone = linear(30.0, 26.0, 24.0);
    let frame = mix(tone, linear(130.0, 90.0, 50.0), draw(n, 1) * draw(n, 1));
    let (rx, ry) = (0.36 + 0.05 * draw(n, 2), 0.22 + 0.08 * draw(n, 3));
    let (u, v) = ((x.abs() - f.eye_x) / rx, (y - 0.05) / ry);
    let r = (u * u * u * u + v * v * v * v).sqrt().sqrt();
    let rim = 0.025 + 0.02 * draw(n, 4);
    if dark {
        let lens = smooth(1.0 + soft / ry, 1.0 - soft / ry, r);
        let glass = scaled(linear(40.0, 38.0, 42.0), 0.5 + 1.2 * smooth(-0.2, 0.3, y));
        s.colour = mix(s.colour, glass, 0.96 * lens);
        s.gloss += 0.5 * lens;
    }
    let ring = smooth(rim + soft, (rim - soft).max(0.0), (r - 1.0).abs() * ry);
    let bridge = segment([x.abs(), y], [0.0, -0.02], [f.eye_x - rx, 0.0]);
    let arm = segment([x.abs(), y], [f.eye_x + rx, -0.03], [1.4, 0.0]);
    let bar = smooth(rim + soft, (rim - soft).max(0.0), bridge.min(arm));
    s.colour = mix(s.colour, frame, ring.max(bar) * 0.9);
}

fn scarf(n: &Nuisance, top: f32, [x, y]: [f32; 2], soft: f32, s: &mut Surface) {
    let edge = top + 0.06 * (noise(2.0 * x + 7.0, 1.0, n.scene as u32) - 0.5) - 0.25 * (x * x).min(1.0);
    let on = smooth(-soft, soft, y - edge);
    let fold = 0.7 + 0.5 * noise(1.5 * x + 3.0, 7.0 * (y - 0.3 * x * x), n.scene as u32 ^ 2);
    let cloth: Rgb = std::array::from_fn(|i| 0.03 + 0.55 * draw(n, 6 + i as i32) * draw(n, 5));
    s.colour = mix(s.colour, scaled(cloth, fold), on);
    s.gloss *= 1.0 - on;
}

/// A hand in front of the camera's view of the face, in camera coordinates (palm and four fingers).
pub(crate) struct Hand {
    centre: [f32; 2],
    radius: f32,
    along: [f32; 2],
    skin: Rgb,
}

impl Hand {
    /// The hand of a picture, centred on camera coordinates `centre`.
    pub fn new(n: &Nuisance, f: &Face, centre: [f32; 2], radius: f64) -> Self {
        let angle = 1.2 * (draw(n, 20) - 0.5);
        let other = scaled(f.skin, 0.85 + 0.2 * draw(n, 21));
        Hand { centre, radius: radius as f32, along: [angle, -(1.0 - angle * angle).sqrt()], skin: other }
    }

    /// Colour and coverage at camera coordinates `xy`.
    pub fn at(&self, lights: &Lights, xy: [f32; 2], soft: f32) -> (Rgb, f32) {
        let r = self.radius;
        let d = [(xy[0] - self.centre[0]) / r, (xy[1] - self.centre[1]) / r];
        if d[0] * d[0] + d[1] * d[1] > 4.0 {
            return ([0.0; 3], 0.0);
        }
        let p = [d[0] * -self.along[1] + d[1] * self.along[0], -(d[0] * self.along[0] + d[1] * self.along[1])];
        let mut depth = 1.0 - segment(p, [0.0, 0.0], [0.0, 0.45]) / 0.62;
        let mut aside = p[0] / 0.62;
        for k in 0..4 {
            let x = -0.45 + 0.30 * k as f32;
            let tip = -1.1 - 0.25 * (1.5 - (k as f32 - 1.5).abs());
            let finger = 1.0 - segment(p, [x, -0.2], [1.15 * x, tip]) / 0.15;
            if finger * 0.3 > depth {
                depth = finger * 0.3;
                aside = (p[0] - 1.1 * x) / 0.15;
            }
        }
        let cover = smooth(-soft, soft, depth * 0.6 * r);
        let aside = aside.clamp(-0.9, 0.9);
        let normal = crate::math::unit([aside, 0.1, 1.1 - aside * aside]);
        let surface = Surface { colour: scaled(self.skin, 0.75 + 0.25 * smooth(0.0, 0.3, depth)), gloss: 0.1 };
        (lights.shade(surface, normal), cover)
    }
}
