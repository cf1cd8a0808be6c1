//! Small smooth functions without transcendental calls, so that a pixel is cheap and the same on every platform.

/// A point or direction of head or camera space: x right in the image, y down, z towards the camera; unit: the mean
/// distance between the pupils.
pub(crate) type V3 = [f32; 3];

/// A colour in linear light.
pub(crate) type Rgb = [f32; 3];

pub(crate) fn dot(a: V3, b: V3) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn unit(a: V3) -> V3 {
    let n = dot(a, a).sqrt().max(1e-9);
    [a[0] / n, a[1] / n, a[2] / n]
}

/// 0 below `lo`, 1 above `hi`, a cubic between them; with `lo > hi` it falls.
pub(crate) fn smooth(lo: f32, hi: f32, x: f32) -> f32 {
    let t = ((x - lo) / (hi - lo)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A compact bell: `(1 - r2)^3` inside the unit disc, 0 outside; `r2` is a squared radius.
pub(crate) fn bell(r2: f32) -> f32 {
    let t = (1.0 - r2).max(0.0);
    t * t * t
}

/// `bell` of an axis-aligned ellipse with radii `rx`, `ry` around (`cx`, `cy`).
pub(crate) fn blob(x: f32, y: f32, c: [f32; 2], r: [f32; 2]) -> f32 {
    let (u, v) = ((x - c[0]) / r[0], (y - c[1]) / r[1]);
    bell(u * u + v * v)
}

pub(crate) fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

pub(crate) fn scaled(a: Rgb, k: f32) -> Rgb {
    [a[0] * k, a[1] * k, a[2] * k]
}

/// Linear light of an sRGB-like triple in [0, 255], with gamma 2 (cheap, and undone exactly by the camera).
pub(crate) fn linear(r: f32, g: f32, b: f32) -> Rgb {
    [r, g, b].map(|v| (v / 255.0) * (v / 255.0))
}

/// A hash of a lattice cell in [0, 1).
pub(crate) fn cell(ix: i32, iy: i32, salt: u32) -> f32 {
    let mut h = (ix as u32)
        .wrapping_mul(0x9E37_79B1)
        .wrapping_add((iy as u32).wrapping_mul(0x85EB_CA77))
        .wrapping_add(salt.wrapping_mul(0xC2B2_AE3D));
    h ^= h >> 15;
    h = h.wrapping_mul(0x2C1B_3C6D);
    h ^= h >> 12;
    h = h.wrapping_mul(0x297A_2D39);
    h ^= h >> 15;
    (h >> 8) as f32 / (1u32 << 24) as f32
}

/// The largest integer not above `x`, without a library call.
fn floor(x: f32) -> i32 {
    let i = x as i32;
    i - i32::from((i as f32) > x)
}

/// Value noise in [0, 1) with unit cells.
pub(crate) fn noise(x: f32, y: f32, salt: u32) -> f32 {
    let (ix, iy) = (floor(x), floor(y));
    let (u, v) = (x - ix as f32, y - iy as f32);
    let (u, v) = (u * u * (3.0 - 2.0 * u), v * v * (3.0 - 2.0 * v));
    let top = cell(ix, iy, salt) * (1.0 - u) + cell(ix + 1, iy, salt) * u;
    let low = cell(ix, iy + 1, salt) * (1.0 - u) + cell(ix + 1, iy + 1, salt) * u;
    top * (1.0 - v) + low * v
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bells_are_one_at_the_centre_and_zero_outside() {
        assert_eq!(bell(0.0), 1.0);
        assert_eq!(bell(1.5), 0.0);
        assert_eq!(blob(1.0, 2.0, [1.0, 2.0], [0.1, 0.2]), 1.0);
        assert_eq!(blob(1.11, 2.0, [1.0, 2.0], [0.1, 0.2]), 0.0);
    }

    #[test]
    fn smooth_rises_and_falls() {
        assert_eq!(smooth(0.0, 1.0, 0.5), 0.5);
        assert_eq!(smooth(1.0, 0.0, 0.0), 1.0);
        assert_eq!(smooth(1.0, 0.0, 2.0), 0.0);
    }

    #[test]
    fn noise_meets_its_lattice() {
        assert_eq!(noise(3.0, -2.0, 9), cell(3, -2, 9));
        assert_ne!(cell(3, -2, 9), cell(3, -2, 10));
        assert!((0.0..1.0).contains(&noise(0.3, 0.7, 1)));
    }
}
