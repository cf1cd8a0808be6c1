//! What is behind the head: background, shoulders, neck, ears.

use crate::anatomy::Face;
use crate::camera::Camera;
use crate::light::Lights;
use crate::math::{cell, mix, noise, scaled, smooth, unit, Rgb};
use crate::paint::Surface;

/// Background and clothes, chosen by the picture's scene number.
pub(crate) struct Scene {
    from: Rgb,
    to: Rgb,
    tilt: [f32; 2],
    texture: f32,
    grain: f32,
    shapes: [[f32; 5]; 3],
    shirt: Rgb,
    salt: u32,
}

/// The `k`-th number in [0, 1) of a scene.
fn draw(scene: u64, k: i32) -> f32 {
    cell(k, scene as i32, (scene >> 32) as u32)
}

fn colour(scene: u64, k: i32) -> Rgb {
    let grey = 0.02 + 0.6 * draw(scene, k) * draw(scene, k);
    std::array::from_fn(|i| grey * (0.6 + 0.8 * draw(scene, k + 1 + i as i32)))
}

impl Scene {
    pub fn new(scene: u64) -> Self {
        let d = |k| draw(scene, k);
        Scene {
            from: colour(scene, 0),
            to: colour(scene, 10),
            tilt: [d(20) - 0.5, d(21) - 0.5],
            texture: 0.7 * d(22) * d(22),
            grain: 3.0 + 12.0 * d(23),
            shapes: std::array::from_fn(|i| {
                let k = 30 + 5 * i as i32;
                [d(k), d(k + 1), 0.08 + 0.3 * d(k + 2), 0.08 + 0.4 * d(k + 3), d(k + 4)]
            }),
            shirt: colour(scene, 50),
            salt: scene as u32,
        }
    }

    /// Background at canvas shares (u, v).
    pub fn background(&self, u: f32, v: f32) -> Rgb {
        let t = (0.5 + self.tilt[0] * (u - 0.5) * 2.0 + self.tilt[1] * (v - 0.5) * 2.0).clamp(0.0, 1.0);
        let mut c = mix(self.from, self.to, t);
        for s in &self.shapes {
            if (u - s[0]).abs() > s[2] || (v - s[1]).abs() > s[3] {
                continue;
            }
            let inside = smooth(0.0, 0.06, s[2] - (u - s[0]).abs()) * smooth(0.0, 0.06, s[3] - (v - s[1]).abs());
            c = mix(c, scaled(self.to, 0.3 + 1.6 * s[4]), 0.7 * inside);
        }
        let n = noise(self.grain * u, self.grain * v, self.salt) - 0.5;
        scaled(c, 1.0 + self.texture * n)
    }

    /// Neck and shoulders at upright picture coordinates (x, y), units as in the head, origin at the head's pivot.
    pub fn body(&self, f: &Face, lights: &Lights, camera: &Camera, [x, y]: [f32; 2], soft: f32) -> (Rgb, f32) {
        let collar = 2.05 + 0.35 * smooth(0.9, 0.0, x.abs());
        let shoulder = smooth(-soft, soft, y - 1.95 - 0.16 * x * x * x.abs().min(2.0));
        let cloth = smooth(-soft, soft, y - collar) * shoulder;
        let half = 0.72 * f.half_width;
        let neck = smooth(-soft, soft, half + 0.25 * (y - 1.9).max(0.0) - x.abs()) * smooth(0.6, 0.9, y);
        let cover = (neck.max(shoulder * smooth(half + 1.0, half, x.abs()))).max(cloth);
        if cover <= 0.0 {
            return ([0.0; 3], 0.0);
        }
        let side = (x / (half + 0.1)).clamp(-1.0, 1.0);
        let up = camera.light(unit([side, 0.1, (1.0 - 0.9 * side * side).max(0.02)]));
        let shadow = 0.35 + 0.65 * smooth(1.4, 2.5, y);
        let skin = lights.shade(Surface { colour: scaled(f.skin, shadow), gloss: 0.05 }, up);
        let tilt = camera.light(unit([0.35 * x, -0.5, 0.8]));
        let stripe = 0.85 + 0.3 * noise(2.0 * x, 9.0 * y, self.salt);
        let shirt = lights.shade(Surface { colour: scaled(self.shirt, stripe), gloss: 0.0 }, tilt);
        (mix(skin, shirt, cloth), cover)
    }
}

/// An ear: an ellipse beside the head, in camera coordinates.
pub(crate) struct Ear {
    side: f32,
    centre: [f32; 2],
    wide: f32,
    high: f32,
    /// Whether the head is turned so far that the ear is before it.
    pub near: bool,
}

impl Ear {
    /// The ear on `side` (-1 or 1) of the image.
    pub fn new(f: &Face, camera: &Camera, side: f32) -> Self {
        let c = camera.to_camera([side * (f.half_width + f.ear_stick), 0.18, 0.0]);
        let out = camera.turn_vector([side, 0.0, 0.35]);
        Ear {
            side,
            centre: [c[0], c[1]],
            wide: (0.12 + 0.45 * out[2].abs()).min(0.3) * f.ear / 0.36 + f.ear_stick,
            high: f.ear,
            near: c[2] > 0.2,
        }
    }

    /// Colour and coverage at camera coordinates `xy`.
    pub fn at(&self, f: &Face, lights: &Lights, xy: [f32; 2], soft: f32) -> (Rgb, f32) {
        let (dx, dy) = ((xy[0] - self.centre[0]) / self.wide, (xy[1] - self.centre[1]) / self.high);
        let r2 = dx * dx + dy * dy * (1.0 + 0.4 * dy.clamp(0.0, 1.0));
        let edge = soft / self.wide;
        if r2 > 1.0 + edge {
            return ([0.0; 3], 0.0);
        }
        let fold = 0.62 + 0.38 * smooth(0.15, 0.75, r2);
        let normal = unit([self.side * 0.75, 0.15 * dy, 0.6]);
        let warm = [f.skin[0] * 0.98, f.skin[1] * 0.82, f.skin[2] * 0.8];
        let shaded = lights.shade(Surface { colour: scaled(warm, fold), gloss: 0.1 }, normal);
        (shaded, smooth(1.0 + edge, 1.0 - edge, r2))
    }
}
