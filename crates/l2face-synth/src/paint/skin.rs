//! Bare skin: tone, flush, freckles, moles, wrinkles, shadows of the relief.

use crate::anatomy::Face;
use crate::math::{blob, noise, scaled, Rgb};

pub(super) fn colour(f: &Face, x: f32, y: f32) -> Rgb {
    let ax = x.abs();
    let c = scaled(f.skin, spots(f, x, y) * shadows(f, ax, y) * lines(f, ax, y));
    let red = flush(f, ax, y);
    [c[0] * (1.0 + 0.08 * red), c[1] * (1.0 - 0.20 * red), c[2] * (1.0 - 0.18 * red)]
}

fn flush(f: &Face, ax: f32, y: f32) -> f32 {
    let cheeks = blob(ax, y, [0.62, 0.55], [0.5, 0.4]);
    let nose = blob(ax, y, [0.0, f.nose_y], [0.3, 0.25]);
    (0.4 + f.flush) * (cheeks + 0.8 * nose)
}

fn spots(f: &Face, x: f32, y: f32) -> f32 {
    let mottled = 0.96 + 0.08 * noise(5.0 * x + 40.0, 5.0 * y + 40.0, f.salt);
    let speckle = (noise(17.0 * x + 90.0, 17.0 * y + 90.0, f.salt ^ 1) - 0.62).max(0.0);
    let freckled = 1.0 - 1.3 * f.freckles * speckle * blob(x.abs(), y, [0.45, 0.45], [1.0, 0.7]);
    let moles = f.moles.iter().filter(|m| m[2] > 0.012).map(|m| 1.0 - 0.75 * blob(x, y, [m[0], m[1]], [m[2] * 2.0; 2]));
    mottled * freckled * moles.product::<f32>()
}

/// What little light reaches: beside the nose, under it, in the corners of the eyes, under the lower lip.
fn shadows(f: &Face, ax: f32, y: f32) -> f32 {
    let ala = 0.30 * blob(ax, y, [f.nose_half + 0.03, f.nose_y + 0.05], [0.10, 0.15]);
    let under_nose = 0.20 * blob(ax, y, [0.0, f.nose_base_y + 0.04], [0.36, 0.10]);
    let nostril = 0.85 * blob(ax, y, [0.46 * f.nose_half, f.nose_base_y - 0.03], [0.085, 0.05]);
    let corner = (0.10 + 1.6 * f.socket) * blob(ax, y, [f.eye_x - 0.27, -0.03], [0.16, 0.20]);
    let under_eye = (0.08 + 0.25 * f.dark_circles) * blob(ax, y, [f.eye_x - 0.03, 0.20], [0.32, 0.12]);
    let under_lip = 0.22 * blob(ax, y, [0.0, f.mouth_y + f.mouth_open + f.lower_lip + 0.06], [0.30, 0.09]);
    let corners = 0.25 * blob(ax, y, [f.mouth_half + 0.03, f.mouth_y - f.corner_rise], [0.09, 0.08]);
    let fold = crate::relief::segment([ax, y], [f.nose_half + 0.03, f.nose_y], [f.mouth_half + 0.12, f.mouth_y - 0.02]);
    let fold = (0.08 + 0.22 * f.wrinkles + 0.16 * f.smile.max(0.0)) * crate::math::bell(fold * fold / 0.0036);
    (1.0 - ala)
        * (1.0 - under_nose)
        * (1.0 - nostril)
        * (1.0 - corner)
        * (1.0 - under_eye)
        * (1.0 - under_lip)
        * (1.0 - corners)
        * (1.0 - fold)
}

/// Lines of age across the forehead and beside the eyes.
fn lines(f: &Face, ax: f32, y: f32) -> f32 {
    if f.wrinkles < 0.1 {
        return 1.0;
    }
    let bow = y + 0.06 * ax * ax;
    let line = |at: f32| crate::math::bell((bow - at) * (bow - at) / 0.0016);
    let forehead = (line(-0.58) + line(-0.72) + 0.8 * line(-0.86)) * (1.0 - (ax / 0.75).min(1.0));
    let feet = blob(ax, y, [f.eye_x + 0.40, 0.0], [0.14, 0.16]) * (0.5 + 0.5 * noise(3.0, 24.0 * y, 3));
    1.0 - 0.16 * f.wrinkles * (forehead + feet)
}
