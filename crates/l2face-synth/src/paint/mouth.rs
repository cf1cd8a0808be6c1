//! Lips, teeth and the inside of the mouth.

use super::Surface;
use crate::anatomy::Face;
use crate::math::{bell, linear, mix, scaled, smooth};

/// Edges of the mouth at `u = |x| / half width`: upper lip, upper inside, lower inside, lower lip.
fn edges(f: &Face, u: f32) -> [f32; 4] {
    let arc = (1.0 - u * u).max(0.0);
    let line = f.mouth_y - f.corner_rise * u * u;
    let bow = 1.0 - 0.22 * bell(u * u / 0.05);
    let open = f.mouth_open * arc;
    let full = arc.sqrt();
    [
        line - 0.15 * open - f.upper_lip * arc * bow,
        line - 0.15 * open,
        line + 0.85 * open,
        line + 0.85 * open + f.lower_lip * (0.5 * arc + 0.5 * full),
    ]
}

pub(super) fn paint(f: &Face, x: f32, y: f32, soft: f32, s: &mut Surface) {
    let u = x.abs() / f.mouth_half;
    if u > 1.1 || y < f.mouth_y - 0.4 || y > f.mouth_y + 0.8 {
        return;
    }
    let [top, upper, lower, low] = edges(f, u.min(1.0));
    let ends = smooth(1.06, 0.96, u);
    let within = |a: f32, b: f32| smooth(-soft, soft, y - a) * smooth(-soft, soft, b - y) * ends;
    let lips = within(top, low);
    let shade = if y < 0.5 * (upper + lower) { 0.80 } else { 1.0 };
    s.colour = mix(s.colour, scaled(f.lip, shade), 0.92 * lips);
    s.gloss += 0.25 * lips;
    let gap = within(upper, lower);
    if gap > 0.0 && f.mouth_open > 0.02 {
        s.colour = mix(s.colour, inside(f, y - upper), gap);
        s.gloss *= 1.0 - gap;
    }
    let d = y - upper;
    let line = bell(d * d / (0.03 * 0.03)).max(0.6 * bell(d * d / (0.06 * 0.06)));
    s.colour = scaled(s.colour, 1.0 - 0.72 * line * smooth(1.1, 0.9, u));
}

fn inside(f: &Face, depth: f32) -> [f32; 3] {
    let teeth = smooth(0.11, 0.09, depth) * smooth(0.06, 0.16, f.mouth_open);
    mix(linear(58.0, 22.0, 22.0), linear(205.0, 198.0, 186.0), 0.9 * teeth)
}
