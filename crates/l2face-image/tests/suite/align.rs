use crate::common::{distance, face, similarity};
use l2face_image::{
    align, AlignPolicy, AlignSource, Aligned, BBox, CropTarget, FaceHints, Landmarks5, Point, Template,
};

const SHAM: Point = [105.49 - 3.0 * 43.0, 137.3 + 4.1 * 43.0];

fn target() -> CropTarget {
    CropTarget::new(Template::Arc112, 48, 48).unwrap()
}

fn hints() -> FaceHints {
    let [right, left, tip, ..] = face().0;
    FaceHints {
        points: Some(face()),
        score: None,
        right_eye: Some(right),
        left_eye: Some(left),
        nose_base: Some([tip[0], tip[1] + 5.0]),
        bbox: Some(BBox { x: 87.5, y: 63.3, width: 91.3, height: 132.4 }),
    }
}

fn auto(hints: &FaceHints) -> Option<Aligned> {
    align(hints, AlignPolicy::Auto, &target())
}

fn outcome(hints: &FaceHints) -> Option<(AlignSource, bool)> {
    auto(hints).map(|a| (a.source, a.rejected))
}

fn protocol() -> FaceHints {
    FaceHints { points: None, ..hints() }
}

#[test]
fn the_best_source_is_used_and_missing_ones_are_no_rejection() {
    let mut h = hints();
    assert_eq!(outcome(&h), Some((AlignSource::FivePoints, false)));
    h.points = None;
    assert_eq!(outcome(&h), Some((AlignSource::ThreePoints, false)));
    let no_nose = FaceHints { nose_base: None, ..h.clone() };
    assert_eq!(outcome(&no_nose), Some((AlignSource::Eyes, false)));
    h.left_eye = None;
    assert_eq!(outcome(&h), Some((AlignSource::Box, false)), "one eye and a nose are not enough");
    h.bbox = None;
    assert_eq!(outcome(&h), None);
    assert_eq!(outcome(&FaceHints::default()), None);
}

#[test]
fn policies_restrict_the_sources() {
    let source = |h: &FaceHints, p| align(h, p, &target()).map(|a| a.source);
    let (h, protocol) = (hints(), protocol());
    assert_eq!(source(&h, AlignPolicy::Landmarks), Some(AlignSource::FivePoints));
    assert_eq!(source(&protocol, AlignPolicy::Landmarks), None);
    assert_eq!(source(&h, AlignPolicy::Protocol), Some(AlignSource::ThreePoints));
    assert_eq!(source(&h, AlignPolicy::Box), Some(AlignSource::Box));
    let no_box = FaceHints { bbox: None, ..h };
    assert_eq!(source(&no_box, AlignPolicy::Box), None);
}

#[test]
fn eyes_land_on_the_template() {
    let no_nose = FaceHints { nose_base: None, ..protocol() };
    let t = auto(&no_nose).unwrap().transform;
    for (eye, goal) in face().0.iter().zip(target().eyes()) {
        assert!(distance(t.apply(*eye), goal) < 1e-9, "two points fit exactly");
    }
}

/// A face whose nose base is where the target has it is fitted exactly, in any pose in the plane: also upside down.
#[test]
fn three_points_fit_exactly_and_tell_up_from_down() {
    let [right, left] = target().eyes();
    for degrees in [0.0, 30.0, 90.0, 179.0, -120.0_f64] {
        let pose = similarity(2.5, degrees.to_radians(), 80.0, 300.0);
        let h = FaceHints {
            right_eye: Some(pose.apply(right)),
            left_eye: Some(pose.apply(left)),
            nose_base: Some(pose.apply(target().nose_base())),
            ..FaceHints::default()
        };
        let a = auto(&h).unwrap();
        assert_eq!((a.source, a.rejected), (AlignSource::ThreePoints, false), "{degrees}");
        assert!((a.transform.scale() - 0.4).abs() < 1e-9);
        assert!(distance(a.transform.apply(pose.apply(right)), right) < 1e-9);
    }
}

#[test]
fn an_absurd_nose_leaves_the_eyes() {
    let [right, left, ..] = face().0;
    let above = [(right[0] + left[0]) / 2.0, right[1] - 30.0];
    for nose in [SHAM, above, [f64::NAN, 140.0], [120.0, f64::INFINITY]] {
        for bbox in [hints().bbox, None] {
            let h = FaceHints { nose_base: Some(nose), bbox, ..protocol() };
            assert_eq!(outcome(&h), Some((AlignSource::Eyes, true)), "{nose:?} {bbox:?}");
        }
    }
}

#[test]
fn implausible_eyes_leave_the_box() {
    let [right, left, ..] = face().0;
    let close = [right[0] + 2.0, right[1]];
    let far = [right[0] + 150.0, right[1]];
    let outside = [[500.0, 115.0], [540.0, 115.0]];
    let cases =
        [(left, right), (right, right), (right, close), (right, far), ([f64::NAN; 2], left), (outside[0], outside[1])];
    for (r, l) in cases {
        let h = FaceHints { right_eye: Some(r), left_eye: Some(l), ..protocol() };
        assert_eq!(outcome(&h), Some((AlignSource::Box, true)), "{r:?} {l:?}");
        assert_eq!(outcome(&FaceHints { nose_base: None, ..h }), Some((AlignSource::Box, true)), "{r:?} {l:?}");
    }
    let no_box = FaceHints { right_eye: Some(left), left_eye: Some(right), ..FaceHints::default() };
    assert_eq!(outcome(&no_box), None, "swapped, and nothing else known");
}

/// Seen from the side both eyes may be near each other: with the nose they are used, alone they say nothing of size.
#[test]
fn profiles_are_not_mistakes() {
    let bbox = Some(BBox { x: 0.0, y: 0.0, width: 90.0, height: 130.0 });
    let h = FaceHints {
        right_eye: Some([20.0, 50.0]),
        left_eye: Some([30.0, 50.0]),
        nose_base: Some([5.0, 80.0]),
        bbox,
        ..FaceHints::default()
    };
    assert_eq!(outcome(&h), Some((AlignSource::ThreePoints, false)));
    assert_eq!(outcome(&FaceHints { nose_base: None, ..h }), Some((AlignSource::Box, true)));
}

#[test]
fn five_points_in_any_roll_but_not_in_disorder() {
    for degrees in [0.0, 60.0, 180.0_f64] {
        let pose = similarity(1.0, degrees.to_radians(), 300.0, 200.0);
        let h = FaceHints { points: Some(Landmarks5(face().0.map(|p| pose.apply(p)))), ..FaceHints::default() };
        assert_eq!(outcome(&h), Some((AlignSource::FivePoints, false)));
    }
    let [a, b, n, c, d] = face().0;
    let disorder = [
        [b, a, n, d, c],
        [a, b, n, [f64::NAN, 1.0], d],
        [a; 5],
        [a, b, SHAM, c, d],
        [a, c, n, b, d],
        face().0.map(|p| [p[0] + 400.0, p[1]]),
        face().0.map(|p| [120.0 + (p[0] - 120.0) * 0.05, 120.0 + (p[1] - 120.0) * 0.05]),
    ];
    for points in disorder {
        let h = FaceHints { points: Some(Landmarks5(points)), ..hints() };
        assert_eq!(outcome(&h), Some((AlignSource::ThreePoints, true)), "{points:?}");
        assert!(align(&h, AlignPolicy::Landmarks, &target()).is_none());
    }
}

#[test]
fn a_profile_of_five_points_is_used() {
    let flat = face().0.map(|p| [120.0 + (p[0] - 120.0) * 0.05, p[1]]);
    let h = FaceHints { points: Some(Landmarks5(flat)), ..hints() };
    assert_eq!(outcome(&h), Some((AlignSource::FivePoints, false)));
}

#[test]
fn a_box_becomes_an_upright_crop_in_every_target() {
    let bbox = hints().bbox.unwrap();
    for target in [target(), CropTarget::native(Template::Wide96x112), CropTarget::native(Template::Arc128)] {
        let t = l2face_image::Similarity::from_box(&bbox, &target).unwrap();
        let iod = distance(target.eyes()[0], target.eyes()[1]);
        assert!((t.scale() * bbox.size() / iod - 2.57).abs() < 1e-9 && t.rotation() == 0.0);
        let centre = t.apply(bbox.centre());
        let middle = (target.eyes()[0][0] + target.eyes()[1][0]) / 2.0;
        assert!((centre[0] - middle).abs() < 1e-9 && centre[1] > target.eyes()[0][1]);
    }
}

#[test]
fn boxes_without_size_give_none() {
    let good = BBox { x: 87.5, y: 63.3, width: 91.3, height: 132.4 };
    let bad = [
        BBox { width: 0.0, ..good },
        BBox { height: -132.4, ..good },
        BBox { width: -91.3, height: -132.4, ..good },
        BBox { x: f64::NAN, ..good },
        BBox { height: f64::INFINITY, ..good },
    ];
    for bbox in bad {
        let h = FaceHints { bbox: Some(bbox), ..FaceHints::default() };
        assert_eq!(outcome(&h), None, "{bbox:?}");
        let with_points = FaceHints { bbox: Some(bbox), ..hints() };
        assert_eq!(outcome(&with_points), Some((AlignSource::FivePoints, false)), "a bad box judges no points");
    }
}

#[test]
fn names_round_trip() {
    for (name, policy) in [
        ("auto", AlignPolicy::Auto),
        ("landmarks", AlignPolicy::Landmarks),
        ("protocol", AlignPolicy::Protocol),
        ("box", AlignPolicy::Box),
    ] {
        assert_eq!(name.parse::<AlignPolicy>().unwrap(), policy);
        assert_eq!(policy.to_string(), name);
        assert_eq!(serde_json::to_string(&policy).unwrap(), format!("\"{name}\""));
    }
    let message = "Eyes".parse::<AlignPolicy>().unwrap_err().to_string();
    assert!(message.contains("\"Eyes\"") && message.contains("auto, landmarks, protocol or box"), "{message}");
    let names = AlignPolicy::Auto.sources().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names, ["five points", "three points", "eyes", "box"]);
    assert_eq!(serde_json::to_string(&AlignSource::FivePoints).unwrap(), "\"five-points\"");
}
