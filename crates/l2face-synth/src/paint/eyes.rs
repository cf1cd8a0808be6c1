//! Eyes: white, iris, pupil, lids, lashes.

use super::Surface;
use crate::anatomy::Face;
use crate::math::{bell, linear, mix, scaled, smooth};

/// The opening of an eye at `u` (-1 inner corner .. 1 outer corner): upper and lower edge, relative to the eye's axis.
fn lids(f: &Face, u: f32) -> [f32; 2] {
    let arc = (1.0 - u * u).max(0.0);
    let low = 0.72 * f.eye_open * arc * (1.0 + 0.2 * u);
    let up = -1.15 * f.eye_open * arc * (1.0 - 0.15 * u);
    [low + (up - low) * f.lid, low]
}

pub(super) fn paint(f: &Face, x: f32, y: f32, soft: f32, s: &mut Surface) {
    let side = if x < 0.0 { -1.0 } else { 1.0 };
    let dx = x.abs() - f.eye_x;
    if dx.abs() > 1.45 * f.eye_half || y.abs() > 0.4 {
        return;
    }
    let v = y + f.eye_slant * dx;
    let u = dx / f.eye_half;
    let [up, low] = lids(f, u.clamp(-1.0, 1.0));
    crease(f, u, v - up, s);
    let inside = smooth(-soft, soft, v - up) * smooth(-soft, soft, low - v) * smooth(1.05, 0.95, u.abs());
    if inside > 0.0 {
        let ball = eyeball(f, [dx * side, v], [u, v - up], soft);
        s.colour = mix(s.colour, ball, inside);
        s.gloss += 0.3 * inside;
    }
    lashes(f, u, v, [up, low], soft, s);
}

fn eyeball(f: &Face, at: [f32; 2], [u, below]: [f32; 2], soft: f32) -> [f32; 3] {
    let white = scaled(linear(222.0, 214.0, 208.0), 1.0 - 0.35 * u * u);
    let d = [at[0] - 0.085 * f.gaze[0], at[1] + 0.012 - 0.04 * f.gaze[1]];
    let r = (d[0] * d[0] + d[1] * d[1]).sqrt();
    let rim = smooth(0.07, 0.118, r);
    let iris = scaled(f.iris, 1.25 - 0.85 * rim);
    let mut c = mix(white, iris, smooth(0.118 + soft, 0.118 - soft, r));
    c = mix(c, linear(8.0, 7.0, 7.0), smooth(0.05 + soft, 0.05 - soft, r));
    let h = [d[0] + 0.03, d[1] + 0.032];
    let spark = bell((h[0] * h[0] + h[1] * h[1]) / (0.045 * 0.045));
    c = mix(c, [0.95; 3], 0.8 * spark);
    scaled(c, 0.55 + 0.45 * smooth(0.0, 0.09, below))
}

fn crease(f: &Face, u: f32, above: f32, s: &mut Surface) {
    let d = above + f.lid_full * (1.0 - 0.3 * u * u);
    let line = bell(d * d / (0.035 * 0.035)) * smooth(1.3, 0.7, u.abs());
    s.colour = scaled(s.colour, 1.0 - 0.45 * f.crease * line);
}

fn lashes(f: &Face, u: f32, v: f32, [up, low]: [f32; 2], soft: f32, s: &mut Surface) {
    let span = smooth(1.18, 0.9, u.abs());
    let thick = 0.026 + 0.008 * u;
    let line =
        |at: f32, t: f32| smooth(t + soft, (t - soft).max(0.0), (v - at).abs()) * t.min(2.0 * soft) / t.max(soft);
    let dark = scaled(f.brow_colour, 0.25);
    s.colour = mix(s.colour, dark, 0.85 * span * line(up - 0.4 * thick, thick));
    s.colour = scaled(s.colour, 1.0 - 0.28 * span * line(low + 0.01, 0.02));
}
