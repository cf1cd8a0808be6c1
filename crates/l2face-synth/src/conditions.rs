//! How pictures vary: the distribution of [`Nuisance`].

use crate::nuisance::{Cover, Nuisance};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

/// Settings of the distribution from which pictures are drawn. A picture is ordinary, or, with probability
/// `bad_share`, spoilt: then one to three of pose, light, blur, resolution, noise and cover are far worse, which gives
/// quality its heavy tail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Conditions {
    /// Strength of all variation; 0 gives frontal, even, sharp pictures, 1 is the default.
    pub severity: f64,
    /// Share of spoilt pictures, 0..1.
    pub bad_share: f64,
    /// Share of ordinary pictures with glasses, sunglasses, a scarf or a hand, 0..1.
    pub cover_share: f64,
    /// Day-to-day change of hair and beard, in standard deviations of the people's traits.
    pub grooming: f64,
    /// Colour cast of light and camera, standard deviation of the log gain per channel.
    pub colour_cast: f64,
}

impl Default for Conditions {
    fn default() -> Self {
        Conditions { severity: 1.0, bad_share: 0.35, cover_share: 0.12, grooming: 0.4, colour_cast: 0.08 }
    }
}

impl Conditions {
    /// Frontal, evenly lit, sharp, uncovered pictures with a little natural variation: what a detector must find.
    pub fn good() -> Self {
        Conditions { severity: 0.35, bad_share: 0.0, cover_share: 0.0, ..Self::default() }
    }
}

fn normal(rng: &mut impl Rng) -> f64 {
    let z: f64 = StandardNormal.sample(rng);
    z.clamp(-3.0, 3.0)
}

fn between(rng: &mut impl Rng, lo: f64, hi: f64) -> f64 {
    lo + (hi - lo) * rng.random::<f64>()
}

impl Nuisance {
    /// One picture's state under the given conditions.
    pub fn sample(rng: &mut impl Rng, conditions: &Conditions) -> Self {
        let mut n = Nuisance::neutral();
        n.scene = rng.random();
        n.grain = rng.random();
        place(&mut n, rng, conditions.severity);
        n.pose(rng, conditions.severity);
        light(&mut n, rng, conditions);
        n.express(rng, conditions.severity);
        degrade(&mut n, rng, conditions.severity);
        n.grooming = std::array::from_fn(|_| conditions.grooming * normal(rng));
        if rng.random::<f64>() < conditions.cover_share {
            n.cover = cover(rng);
        }
        if rng.random::<f64>() < conditions.bad_share {
            spoil(&mut n, rng, conditions.severity);
        }
        n
    }

    pub(crate) fn pose(&mut self, rng: &mut impl Rng, s: f64) {
        self.yaw = (0.22 * s * normal(rng)).clamp(-1.0, 1.0);
        self.pitch = (0.10 * s * normal(rng)).clamp(-0.5, 0.5);
        self.roll = (0.08 * s * normal(rng)).clamp(-0.8, 0.8);
    }

    pub(crate) fn express(&mut self, rng: &mut impl Rng, s: f64) {
        let often = |rng: &mut _, p: f64| {
            if Rng::random::<f64>(rng) < p * s.min(1.0) {
                1.0
            } else {
                0.0
            }
        };
        self.mouth_open = often(rng, 0.4) * rng.random::<f64>();
        self.smile = (0.2 + 0.4 * s * normal(rng)).clamp(-1.0, 1.0);
        self.brow_raise = (0.4 * s * normal(rng)).clamp(-1.0, 1.0);
        self.eyes_closed = often(rng, 0.25) * rng.random::<f64>();
        self.gaze = [0.4 * s * normal(rng), 0.25 * s * normal(rng)].map(|g| g.clamp(-1.0, 1.0));
    }
}

fn place(n: &mut Nuisance, rng: &mut impl Rng, s: f64) {
    n.scale = 0.21 * (0.08 * s * normal(rng)).exp();
    n.shift = [0.02 * s * normal(rng), 0.02 * s * normal(rng)];
}

fn light(n: &mut Nuisance, rng: &mut impl Rng, c: &Conditions) {
    let s = c.severity;
    n.light_azimuth = (0.5 * s * normal(rng)).clamp(-1.6, 1.6);
    n.light_elevation = (0.5 + 0.3 * s * normal(rng)).clamp(-0.6, 1.3);
    n.key = (0.20 * s * normal(rng)).exp();
    n.ambient = (0.25 * s * normal(rng)).exp();
    let exposure = 0.12 * s * normal(rng);
    n.gain = std::array::from_fn(|_| (exposure + c.colour_cast * s * normal(rng)).exp());
    n.contrast = (1.0 + 0.12 * s * normal(rng)).clamp(0.4, 1.3);
}

fn degrade(n: &mut Nuisance, rng: &mut impl Rng, s: f64) {
    n.blur = 0.02 * s * normal(rng).abs();
    n.resolution = between(rng, 20.0, 60.0) / s.max(0.2);
    n.noise = 3.0 * s * rng.random::<f64>();
    n.compression = if rng.random::<f64>() < 0.5 { 12.0 * s * rng.random::<f64>() } else { 0.0 };
}

fn cover(rng: &mut impl Rng) -> Cover {
    match rng.random_range(0..8u32) {
        0..=2 => Cover::Glasses,
        3..=4 => Cover::Sunglasses,
        5 => Cover::Scarf { top: between(rng, 0.45, 0.95) },
        _ => Cover::Hand { at: [between(rng, -0.9, 0.9), between(rng, -0.3, 1.7)], radius: between(rng, 0.35, 0.75) },
    }
}

fn spoil(n: &mut Nuisance, rng: &mut impl Rng, s: f64) {
    for _ in 0..rng.random_range(1..=3u32) {
        match rng.random_range(0..7u32) {
            0 => n.yaw = (s * between(rng, 0.4, 0.95) * sign(rng)).clamp(-1.1, 1.1),
            1 => n.pitch = (s * between(rng, 0.2, 0.5) * sign(rng)).clamp(-0.6, 0.6),
            2 => spoil_light(n, rng, s),
            3 => n.blur = s * between(rng, 0.05, 0.20),
            4 => n.resolution = between(rng, 3.0, 9.0) / s.max(0.3),
            5 => n.noise = s * between(rng, 10.0, 35.0),
            _ => spoil_motion(n, rng, s),
        }
    }
    if rng.random::<f64>() < 0.25 * s.min(1.0) {
        n.cover = cover(rng);
    }
}

fn spoil_light(n: &mut Nuisance, rng: &mut impl Rng, s: f64) {
    n.light_azimuth = (s * between(rng, 0.9, 1.5) * sign(rng)).clamp(-1.6, 1.6);
    n.ambient *= between(rng, 0.15, 0.6);
    let exposure = (s * between(rng, -1.0, 0.5)).exp();
    n.gain = n.gain.map(|g| g * exposure);
}

fn spoil_motion(n: &mut Nuisance, rng: &mut impl Rng, s: f64) {
    n.motion = s * between(rng, 0.15, 0.6);
    n.motion_angle = between(rng, 0.0, std::f64::consts::PI);
    n.compression = s * between(rng, 10.0, 60.0);
}

fn sign(rng: &mut impl Rng) -> f64 {
    if rng.random::<bool>() {
        1.0
    } else {
        -1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::quality;
    use l2face_seed::substream;

    fn qualities(c: &Conditions) -> Vec<f64> {
        let mut q: Vec<f64> = (0..2000).map(|i| quality(&Nuisance::sample(&mut substream(3, "q", i), c))).collect();
        q.sort_by(f64::total_cmp);
        q
    }

    /// The default conditions give many good pictures and a heavy tail of bad ones.
    #[test]
    fn quality_is_uneven() {
        let q = qualities(&Conditions::default());
        assert!(q[1000] > 0.55, "median {}", q[1000]);
        assert!(q[200] < 0.30, "lowest tenth {}", q[200]);
        assert!(q[1800] > 0.75, "best tenth {}", q[1800]);
    }

    #[test]
    fn good_conditions_are_good() {
        let q = qualities(&Conditions::good());
        assert!(q[100] > 0.75, "lowest twentieth {}", q[100]);
    }

    #[test]
    fn severity_lowers_quality() {
        let mild = Conditions { severity: 0.5, ..Conditions::default() };
        let harsh = Conditions { severity: 1.5, ..Conditions::default() };
        assert!(qualities(&mild)[1000] > qualities(&harsh)[1000] + 0.1);
    }
}
