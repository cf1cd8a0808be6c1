//! A video: a smooth walk through the states of a picture.

use crate::conditions::Conditions;
use crate::nuisance::Nuisance;
use rand::Rng;

/// `frames` states of one shot: scene, cover, grooming, colour and sensor stay; pose, place, expression and blur move
/// smoothly between two draws from `conditions`; the sensor noise is new in every frame.
pub fn walk(rng: &mut impl Rng, conditions: &Conditions, frames: usize) -> Vec<Nuisance> {
    let start = Nuisance::sample(rng, conditions);
    let mut end = start.clone();
    end.pose(rng, conditions.severity);
    end.yaw = 0.4 * end.yaw + 0.6 * start.yaw;
    end.pitch = 0.4 * end.pitch + 0.6 * start.pitch;
    end.express(rng, conditions.severity);
    end.light_azimuth += 0.2 * conditions.severity * (rng.random::<f64>() - 0.5);
    end.blur *= 2.0 * rng.random::<f64>();
    let grain: u64 = rng.random();
    let last = frames.saturating_sub(1).max(1) as f64;
    (0..frames)
        .map(|i| Nuisance { grain: grain.wrapping_add(i as u64), ..blend(&start, &end, i as f64 / last) })
        .collect()
}

/// The state at `t` in [0, 1] of the way from `a` to `b`, slow at both ends; unordered things are taken from `a`.
fn blend(a: &Nuisance, b: &Nuisance, t: f64) -> Nuisance {
    let t = t * t * (3.0 - 2.0 * t);
    let mix = |a: f64, b: f64| a + (b - a) * t;
    Nuisance {
        yaw: mix(a.yaw, b.yaw),
        pitch: mix(a.pitch, b.pitch),
        roll: mix(a.roll, b.roll),
        light_azimuth: mix(a.light_azimuth, b.light_azimuth),
        mouth_open: mix(a.mouth_open, b.mouth_open),
        smile: mix(a.smile, b.smile),
        brow_raise: mix(a.brow_raise, b.brow_raise),
        eyes_closed: mix(a.eyes_closed, b.eyes_closed),
        gaze: [mix(a.gaze[0], b.gaze[0]), mix(a.gaze[1], b.gaze[1])],
        blur: mix(a.blur, b.blur),
        ..a.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use l2face_seed::stream;

    fn video(frames: usize) -> Vec<Nuisance> {
        walk(&mut stream(5, "video"), &Conditions::default(), frames)
    }

    #[test]
    fn steps_are_small_and_shrink_with_the_frame_rate() {
        let step = |v: &[Nuisance]| {
            let largest =
                |f: fn(&Nuisance) -> f64| v.windows(2).map(|w| (f(&w[1]) - f(&w[0])).abs()).fold(0.0, f64::max);
            largest(|n| n.yaw) + largest(|n| n.smile) + largest(|n| n.roll)
        };
        let (slow, fast) = (step(&video(5)), step(&video(101)));
        assert!(slow > 0.0);
        assert!(fast < slow / 10.0, "{fast} against {slow}");
    }

    #[test]
    fn the_scene_stays_and_the_grain_changes() {
        let v = video(4);
        assert_eq!(v.len(), 4);
        assert!(v.iter().all(|n| n.scene == v[0].scene && n.cover == v[0].cover));
        assert_ne!(v[0].grain, v[1].grain);
        assert!(video(0).is_empty());
        assert_eq!(video(1).len(), 1);
    }
}
