use crate::common::source;
use l2face_image::{Augment, Rgb8};
use l2face_seed::{stream, substream};
use rand::RngCore;
use std::collections::BTreeMap;

const BOTH: Augment = Augment { mirror: true, max_shift: 3 };

/// Which (mirror, dx, dy) explains the result, by trying all.
fn explain(image: &Rgb8, result: &Rgb8, max: i64) -> Vec<(bool, i64, i64)> {
    let (w, h) = (image.width(), image.height());
    let mut found = Vec::new();
    for mirror in [false, true] {
        let base = if mirror { image.mirrored() } else { image.clone() };
        for dx in -max..=max {
            for dy in -max..=max {
                let moved = Rgb8::from_fn(w, h, |x, y| {
                    let at = |v: usize, d: i64, n: usize| (v as i64 - d).clamp(0, n as i64 - 1) as usize;
                    base.pixel(at(x, dx, w), at(y, dy, h))
                });
                if moved == *result {
                    found.push((mirror, dx, dy));
                }
            }
        }
    }
    found
}

#[test]
fn every_outcome_is_a_mirror_and_a_shift_and_all_occur_equally() {
    let image = source(9, 8);
    let mut counts: BTreeMap<(bool, i64, i64), usize> = BTreeMap::new();
    for i in 0..3920 {
        let result = BOTH.apply(&image, &mut substream(5, "augment", i));
        let explanations = explain(&image, &result, 3);
        assert_eq!(explanations.len(), 1, "{explanations:?}");
        *counts.entry(explanations[0]).or_default() += 1;
    }
    assert_eq!(counts.len(), 2 * 7 * 7, "all outcomes");
    let mirrored: usize = counts.iter().filter(|(k, _)| k.0).map(|(_, n)| n).sum();
    assert!(mirrored.abs_diff(1960) < 4 * 31, "{mirrored} of 3920 are mirrored");
    let chi2: f64 = counts.values().map(|n| (*n as f64 - 40.0).powi(2) / 40.0).sum();
    assert!((50.0..160.0).contains(&chi2), "chi² with 97 degrees of freedom: {chi2}");
}

#[test]
fn every_call_draws_the_same_amount() {
    let image = source(9, 8);
    let mut expected = stream(1, "a");
    for _ in 0..3 {
        expected.next_u32();
    }
    let next = expected.next_u32();
    for augment in
        [Augment::default(), BOTH, Augment { mirror: false, max_shift: 100 }, Augment { mirror: true, max_shift: 0 }]
    {
        let mut rng = stream(1, "a");
        augment.apply(&image, &mut rng);
        assert_eq!(rng.next_u32(), next, "{augment:?}");
    }
}

#[test]
fn nothing_switched_on_changes_nothing() {
    let image = source(9, 8);
    assert_eq!(Augment::default().apply(&image, &mut stream(3, "a")), image);
}

#[test]
fn shifts_beyond_the_image_repeat_its_edge() {
    let image = source(4, 4);
    let far = Augment { mirror: false, max_shift: usize::MAX >> 8 };
    let result = far.apply(&image, &mut stream(3, "a"));
    assert!(result.data().chunks(3).all(|p| p == result.pixel(0, 0)));
}

#[test]
fn serde_refuses_unknown_fields() {
    let json = r#"{"mirror":true,"max_shift":3}"#;
    assert_eq!(serde_json::from_str::<Augment>(json).unwrap(), BOTH);
    assert!(serde_json::from_str::<Augment>(r#"{"mirror":true,"max_shift":3,"rotate":1}"#).is_err());
}
