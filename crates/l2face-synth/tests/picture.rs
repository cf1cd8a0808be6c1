//! Pictures agree with what is said about them.

use l2face_image::Rgb8;
use l2face_seed::substream;
use l2face_synth::{render, Conditions, Identity, Nuisance, Trait};

fn sample(i: u64) -> (Identity, Nuisance) {
    let id = Identity::sample(&mut substream(2, "identity", i));
    (id, Nuisance::sample(&mut substream(2, "nuisance", i), &Conditions::default()))
}

fn grey(image: &Rgb8, x: f64, y: f64) -> f64 {
    let p = image.pixel(x.round() as usize, y.round() as usize);
    p.iter().map(|&v| f64::from(v)).sum::<f64>() / 3.0
}

/// FNV-1a of a picture.
fn fingerprint(image: &Rgb8) -> u64 {
    let step = |h: u64, b: &u8| (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3);
    image.data().iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_thread() {
    use rayon::prelude::*;
    let make = |i: u64| {
        let (id, n) = sample(i);
        fingerprint(&render(&id, &n, 64).image)
    };
    let serial: Vec<u64> = (0..24).map(make).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
    let parallel: Vec<u64> = pool.install(|| (0..24u64).into_par_iter().map(make).collect());
    assert_eq!(serial, parallel);
    let unique: std::collections::BTreeSet<u64> = serial.iter().copied().collect();
    assert_eq!(unique.len(), serial.len());
}

/// The irises are where the landmarks say: two pictures that differ in the colour of the irises alone differ around
/// the two eye points, and nowhere else.
#[test]
fn irises_are_at_the_landmarks() {
    for (i, yaw) in [(0, 0.0), (1, 0.2), (2, -0.3)] {
        let id = Identity::sample(&mut substream(5, "eyes", i)).with(Trait::Melanin, -1.5).with(Trait::EyeOpening, 1.5);
        let n = Nuisance { yaw, roll: 0.15, ..Nuisance::neutral() };
        let [dark, light] = [-2.5, 2.5].map(|z| render(&id.clone().with(Trait::IrisLight, z), &n, 200));
        let [right, left, ..] = dark.landmarks.0;
        let iod = (left[0] - right[0]).hypot(left[1] - right[1]);
        for (eye, other) in [(right, left), (left, right)] {
            let found = centroid_of_change(&dark.image, &light.image, |p| distance(p, eye) < distance(p, other));
            let off = distance(found, eye) / iod;
            assert!(off < 0.04, "person {i}: {off:.3} IOD from the landmark");
        }
    }
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Mean position of the pixels in which two pictures differ, weighted by how much, where `here` holds.
fn centroid_of_change(a: &Rgb8, b: &Rgb8, here: impl Fn([f64; 2]) -> bool) -> [f64; 2] {
    let (mut sum, mut total) = ([0.0; 2], 0.0);
    for y in 0..a.height() {
        for x in 0..a.width() {
            let p = [x as f64, y as f64];
            if here(p) {
                let w = (grey(a, p[0], p[1]) - grey(b, p[0], p[1])).abs();
                sum = [sum[0] + w * p[0], sum[1] + w * p[1]];
                total += w;
            }
        }
    }
    [sum[0] / total, sum[1] / total]
}

/// Skin inside the box's middle, something else in the canvas's corner, landmarks in order inside the box.
#[test]
fn landmarks_and_box_are_consistent() {
    for i in 0..60 {
        let (id, n) = sample(i);
        let r = render(&id, &n, 96);
        let [a, b, nose, c, d] = r.landmarks.0;
        let inside = |p: [f64; 2]| {
            p[0] > r.bbox.x - 2.0
                && p[0] < r.bbox.x + r.bbox.width + 2.0
                && p[1] > r.bbox.y
                && p[1] < r.bbox.y + r.bbox.height
        };
        assert!([a, b, c, d].into_iter().all(inside), "picture {i}: {:?} {:?}", r.landmarks, r.bbox);
        if n.roll.abs() < 0.4 {
            assert!(a[0] < b[0] && c[0] < d[0] && a[1] < nose[1] && nose[1] < d[1].max(c[1]), "picture {i}");
        }
        let aspect = r.bbox.height / r.bbox.width;
        assert!((0.9..2.0).contains(&aspect), "picture {i}: {aspect}");
    }
}

/// Proportions of the mean face are those of the 112x112 template: nose 0.57 and nose base 0.69 interocular distances
/// below the eyes, mouth 1.155, mouth width 0.83.
#[test]
fn the_mean_face_has_the_templates_proportions() {
    let n = Nuisance { smile: 0.0, ..Nuisance::neutral() };
    let r = render(&Identity::mean(), &n, 224);
    let [a, b, nose, c, d] = r.landmarks.0;
    let iod = b[0] - a[0];
    let below = |p: [f64; 2]| (p[1] - 0.5 * (a[1] + b[1])) / iod;
    assert!((below(nose) - 0.57).abs() < 0.01, "{}", below(nose));
    assert!((below(r.nose_base) - 0.69).abs() < 0.01, "{}", below(r.nose_base));
    assert!((below(c) - 1.155).abs() < 0.03, "{}", below(c));
    assert!(((d[0] - c[0]) / iod - 0.83).abs() < 0.03);
}

/// Yaw moves the nose along the eyes' line, more than it moves the mouth, and in its own direction.
#[test]
fn yaw_moves_the_nose_most() {
    let shift = |yaw: f64| {
        let r = render(&Identity::mean(), &Nuisance { yaw, ..Nuisance::neutral() }, 96);
        let [a, b, nose, c, d] = r.landmarks.0;
        let middle = 0.5 * (a[0] + b[0]);
        [nose[0] - middle, 0.5 * (c[0] + d[0]) - middle]
    };
    let [nose, mouth] = shift(0.4);
    assert!(nose > 1.5 && nose > mouth + 1.0, "{nose} {mouth}");
    let [other, _] = shift(-0.4);
    assert!((nose + other).abs() < 1e-3);
}

/// The light comes from where it is said to come from.
#[test]
fn the_lit_side_is_brighter() {
    let side = |azimuth: f64| {
        let n = Nuisance { light_azimuth: azimuth, ambient: 0.4, ..Nuisance::neutral() };
        let r = render(&Identity::mean(), &n, 96);
        let [a, b, nose, ..] = r.landmarks.0;
        grey(&r.image, b[0], nose[1]) - grey(&r.image, a[0], nose[1])
    };
    assert!(side(1.2) > 20.0 && side(-1.2) < -20.0, "{} {}", side(1.2), side(-1.2));
}

/// Mean absolute difference of two pictures in grey levels.
fn difference(a: &Rgb8, b: &Rgb8) -> f64 {
    let pairs = a.data().iter().zip(b.data());
    pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / a.data().len() as f64
}

/// Every trait shows: two units move some pixels by more than noise.
#[test]
fn every_trait_can_be_seen() {
    let base = Identity::mean()
        .with(Trait::Beard, 1.5)
        .with(Trait::Moustache, 1.5)
        .with(Trait::MoleSize, 1.5)
        .with(Trait::Mole2Size, 1.5)
        .with(Trait::HairLength, 1.5)
        .with(Trait::HairWave, 1.0);
    let n = Nuisance { mouth_open: 0.2, ..Nuisance::neutral() };
    let picture = |id: &Identity| render(id, &n, 96).image;
    let reference = picture(&base);
    for which in Trait::ALL {
        let changed = base.clone().with(which, base.value(which) - 2.0);
        let d = difference(&reference, &picture(&changed));
        assert!(d > 0.005, "{which:?} moves the picture by {d}");
    }
}

/// Degradations degrade: each leaves fewer fine details than the neutral picture, or adds noise of the asked strength.
#[test]
fn degradations_do_what_they_say() {
    let picture = |change: fn(&mut Nuisance)| {
        let mut n = Nuisance::neutral();
        change(&mut n);
        render(&Identity::mean(), &n, 96).image
    };
    let detail = |image: &Rgb8| {
        let d = image.data();
        d.windows(4).map(|w| f64::from(w[0].abs_diff(w[3])).powi(2)).sum::<f64>() / d.len() as f64
    };
    let sharp = picture(|_| ());
    for blurred in [picture(|n| n.blur = 0.15), picture(|n| n.motion = 0.5), picture(|n| n.resolution = 5.0)] {
        assert!(detail(&blurred) < 0.6 * detail(&sharp));
    }
    let noisy = picture(|n| n.noise = 10.0);
    let squares = noisy.data().iter().zip(sharp.data()).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
    let sigma = (squares.sum::<f64>() / sharp.data().len() as f64).sqrt();
    assert!((sigma - 10.0).abs() < 0.8, "{sigma}");
    assert!(difference(&picture(|n| n.compression = 30.0), &sharp) > 0.5);
}

#[test]
#[should_panic(expected = "too small for a face")]
fn tiny_canvases_are_refused() {
    render(&Identity::mean(), &Nuisance::neutral(), 8);
}
