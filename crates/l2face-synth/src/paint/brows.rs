//! Eyebrows.

use super::Surface;
use crate::anatomy::Face;
use crate::math::{mix, noise, smooth};

pub(super) fn paint(f: &Face, x: f32, y: f32, soft: f32, s: &mut Surface) {
    let u = (x.abs() - f.eye_x - 0.02) / f.brow_half;
    if u.abs() > 1.15 {
        return;
    }
    let peak = u - 0.3;
    let line = f.brow_y + f.brow_slope * u - f.brow_arch * (1.0 - peak * peak).max(-0.5);
    let thick = f.brow_thick * (1.0 - 0.6 * smooth(0.0, 1.1, u)) * smooth(-1.25, -0.8, u);
    let edge = soft + 0.012;
    let body = smooth(thick + edge, (thick - edge).max(0.0), (y - line).abs());
    let ends = smooth(1.12, 0.85, u.abs());
    let strands = 0.75 + 0.5 * (noise(34.0 * x, 12.0 * y, f.salt ^ 7) - 0.25);
    let cover = (body * ends * strands * f.brow_density).clamp(0.0, 1.0);
    s.colour = mix(s.colour, f.brow_colour, cover);
    s.gloss *= 1.0 - cover;
}
