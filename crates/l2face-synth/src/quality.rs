//! The known quality of a picture.

use crate::nuisance::{Cover, Nuisance};

/// Quality of a picture in [0, 1], fixed before any experiment: the product of nine penalties, each 1 for a perfect
/// picture and falling to 0. Angles in radians, lengths in interocular distances, noise in grey levels.
///
/// | penalty | formula |
/// |---|---|
/// | pose | exp(-(yaw/0.8)^2 - (pitch/0.6)^2) |
/// | roll | exp(-(roll/1.2)^2) |
/// | light | exp(-(max(0, abs(azimuth) - 0.5)/1.0)^2 * key/(key + ambient)) |
/// | exposure | exp(-(ln(mean(gain) * (0.65 key + 0.35 ambient))/0.9)^2) * min(1, contrast) |
/// | expression | (1 - 0.15 mouth_open) (1 - 0.25 eyes_closed) |
/// | cover | none 1, glasses 0.9, sunglasses 0.55, scarf 0.4 + 0.3 min(1, top), hand max(0.3, 1 - 0.9 radius^2) |
/// | blur | exp(-(blur/0.12)^2 - (motion/0.5)^2) |
/// | resolution | 1 / (1 + (6/resolution)^2) |
/// | noise | exp(-(noise/25)^2) / (1 + compression/60) |
///
/// ```
/// use l2face_synth::{quality, Nuisance};
/// let good = Nuisance::neutral();
/// let turned = Nuisance { yaw: 0.8, ..good.clone() };
/// assert!(quality(&good) > 0.99);
/// assert!(quality(&turned) < 0.4);
/// ```
pub fn quality(n: &Nuisance) -> f64 {
    pose(n) * light(n) * exposure(n) * expression(n) * cover(n) * sharpness(n) * grain(n)
}

fn bell(x: f64) -> f64 {
    (-x * x).exp()
}

fn pose(n: &Nuisance) -> f64 {
    bell(n.yaw / 0.8) * bell(n.pitch / 0.6) * bell(n.roll / 1.2)
}

fn light(n: &Nuisance) -> f64 {
    let aside = (n.light_azimuth.abs() - 0.5).max(0.0);
    (-aside * aside * n.key / (n.key + n.ambient).max(1e-9)).exp()
}

fn exposure(n: &Nuisance) -> f64 {
    let gain = n.gain.iter().sum::<f64>() / 3.0;
    let level = (gain * (0.65 * n.key + 0.35 * n.ambient)).max(1e-6);
    bell(level.ln() / 0.9) * n.contrast.clamp(0.0, 1.0)
}

fn expression(n: &Nuisance) -> f64 {
    (1.0 - 0.15 * n.mouth_open.clamp(0.0, 1.0)) * (1.0 - 0.25 * n.eyes_closed.clamp(0.0, 1.0))
}

fn cover(n: &Nuisance) -> f64 {
    match n.cover {
        Cover::None => 1.0,
        Cover::Glasses => 0.9,
        Cover::Sunglasses => 0.55,
        Cover::Scarf { top } => 0.4 + 0.3 * top.clamp(0.0, 1.0),
        Cover::Hand { radius, .. } => (1.0 - 0.9 * radius * radius).max(0.3),
    }
}

fn sharpness(n: &Nuisance) -> f64 {
    let coarse = 6.0 / n.resolution.max(1e-6);
    bell(n.blur / 0.12) * bell(n.motion / 0.5) / (1.0 + coarse * coarse)
}

fn grain(n: &Nuisance) -> f64 {
    bell(n.noise / 25.0) / (1.0 + n.compression.max(0.0) / 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl Fn(&mut Nuisance)) -> f64 {
        let mut n = Nuisance::neutral();
        change(&mut n);
        quality(&n)
    }

    /// Each penalty by hand: `exp(-1) = 0.36788`, relative to the neutral picture.
    #[test]
    fn every_penalty_has_its_documented_value() {
        let base = quality(&Nuisance::neutral());
        let e1 = (-1f64).exp();
        let cases: [(f64, f64); 13] = [
            (with(|n| n.yaw = -0.8), e1),
            (with(|n| n.pitch = 0.6), e1),
            (with(|n| n.roll = 1.2), e1),
            (with(|n| n.light_azimuth = 1.5), (-0.5f64).exp()),
            (with(|n| n.contrast = 0.5), 0.5),
            (with(|n| n.mouth_open = 1.0), 0.85),
            (with(|n| n.eyes_closed = 1.0), 0.75),
            (with(|n| n.cover = Cover::Sunglasses), 0.55),
            (with(|n| n.cover = Cover::Scarf { top: 0.5 }), 0.55),
            (with(|n| n.blur = 0.12), e1),
            (with(|n| n.motion = 0.5), e1),
            (with(|n| n.noise = 25.0), e1),
            (with(|n| n.compression = 60.0), 0.5),
        ];
        for (i, (got, factor)) in cases.iter().enumerate() {
            assert!((got / base - factor).abs() < 1e-12, "case {i}: {got} against {factor}");
        }
    }

    #[test]
    fn exposure_and_resolution_have_their_documented_values() {
        let dark = with(|n| n.gain = [(-0.9f64).exp(); 3]);
        let base = quality(&Nuisance::neutral());
        assert!((dark / base - (-1f64).exp()).abs() < 1e-12);
        let coarse = with(|n| n.resolution = 6.0) / with(|n| n.resolution = 1e9);
        assert!((coarse - 0.5).abs() < 1e-9);
    }

    #[test]
    fn quality_stays_in_the_unit_interval() {
        let awful = with(|n| {
            n.gain = [0.0; 3];
            n.contrast = 3.0;
            n.resolution = 0.0;
            n.cover = Cover::Hand { at: [0.0; 2], radius: 9.0 };
        });
        assert!((0.0..=1.0).contains(&awful));
        assert!(with(|_| ()) <= 1.0);
    }
}
