//! Beard and moustache.

use super::Surface;
use crate::anatomy::Face;
use crate::math::{blob, mix, noise, scaled, smooth, V3};

pub(super) fn paint(f: &Face, [x, y, z]: V3, s: &mut Surface) {
    if f.beard + f.moustache < 0.02 {
        return;
    }
    let ax = x.abs();
    let start = 1.22 - f.beard_extent - 0.95 * smooth(0.40, 1.0, ax);
    let chin = blob(ax, y, [0.0, f.bottom - 0.25], [0.42, 0.42]).sqrt();
    let jaw = smooth(start - 0.10, start + 0.14, y) * smooth(0.20, 0.42, ax) * smooth(0.05, 0.35, z);
    let lip_y = f.nose_base_y + 0.62 * (f.mouth_y - f.upper_lip - f.nose_base_y);
    let upper = blob(ax, y, [0.0, lip_y], [1.15 * f.mouth_half, 0.20]);
    let region = (f.beard * jaw.max(chin)).max(f.moustache * (1.6 * upper).min(1.0));
    let strands = 0.65 + 0.7 * noise(30.0 * x + 9.0, 18.0 * y, f.salt ^ 5);
    let cover = (region * strands * 1.1).clamp(0.0, 0.96);
    s.colour = mix(s.colour, scaled(f.hair, 0.75), cover);
    s.gloss *= 1.0 - 0.8 * cover;
}
