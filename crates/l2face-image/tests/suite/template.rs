use l2face_image::{align, AlignPolicy, CropTarget, FaceHints, Landmarks5, Origin, Preproc, Template};

#[test]
fn templates_are_one_face_framed_thrice() {
    let arc = Template::Arc112.points().0;
    for (template, right) in [(Template::Wide96x112, -8.0), (Template::Arc128, 8.0)] {
        for (p, q) in arc.iter().zip(template.points().0) {
            assert!((p[0] + right - q[0]).abs() < 1e-12 && p[1] == q[1]);
        }
    }
    assert_eq!(arc[0], [38.2946, 51.6963]);
    assert!((Template::Wide96x112.points().0[0][0] - 30.2946).abs() < 1e-12);
    assert_eq!(Template::Wide96x112.size(), (96, 112));
}

#[test]
fn targets_scale_the_points() {
    let target = CropTarget::new(Template::Arc112, 48, 48).unwrap();
    let native = CropTarget::native(Template::Arc112);
    for (p, q) in target.points().iter().zip(native.points()) {
        assert!((p[0] - q[0] * 48.0 / 112.0).abs() < 1e-12);
        assert!((p[1] - q[1] * 48.0 / 112.0).abs() < 1e-12);
    }
    assert_eq!(target.eyes()[..], target.points()[..2]);
    assert!(CropTarget::new(Template::Wide96x112, 48, 56).is_ok());
    assert!(CropTarget::new(Template::Arc128, 256, 256).is_ok());
}

#[test]
fn the_nose_base_hangs_on_the_midline() {
    let target = CropTarget::native(Template::Arc112);
    let ([l, r], nose) = (target.eyes(), target.nose_base());
    let iod = (r[0] - l[0]).hypot(r[1] - l[1]);
    let (to_left, to_right) = ((nose[0] - l[0]).hypot(nose[1] - l[1]), (nose[0] - r[0]).hypot(nose[1] - r[1]));
    assert!((to_left - to_right).abs() < 1e-9);
    let below = (to_left.powi(2) - (iod / 2.0).powi(2)).sqrt() / iod;
    assert!((below - 0.69).abs() < 1e-9 && nose[1] > l[1], "{below}");
    let tip = target.points()[2];
    assert!(((tip[1] - l[1]) / iod - 0.57).abs() < 0.005, "a tip lies higher");
}

#[test]
fn other_proportions_are_an_error_that_helps() {
    let cases = [
        (Template::Arc112, 96, 112, "112x112"),
        (Template::Wide96x112, 48, 48, "36x42"),
        (Template::Arc128, 0, 0, "1x1"),
        (Template::Arc112, 48, 0, "48x48"),
    ];
    for (template, w, h, suggestion) in cases {
        let message = CropTarget::new(template, w, h).unwrap_err().to_string();
        assert!(message.contains(&format!("{w}x{h} crop")) && message.contains(&template.to_string()), "{message}");
        assert!(message.contains(&format!("e.g. {suggestion}")), "{message}");
    }
}

#[test]
fn serde_names_and_checks() {
    let target = CropTarget::new(Template::Wide96x112, 96, 112).unwrap();
    let json = serde_json::to_string(&target).unwrap();
    assert_eq!(json, r#"{"template":"wide-96x112","width":96,"height":112}"#);
    assert_eq!(serde_json::from_str::<CropTarget>(&json).unwrap(), target);
    for t in [Template::Arc112, Template::Wide96x112, Template::Arc128] {
        assert_eq!(serde_json::to_string(&t).unwrap(), format!("\"{t}\""));
    }
    let aspect = serde_json::from_str::<CropTarget>(r#"{"template":"arc112","width":96,"height":112}"#);
    assert!(aspect.unwrap_err().to_string().contains("proportion"));
    let unknown = serde_json::from_str::<CropTarget>(r#"{"template":"arc112","width":96,"height":96,"depth":3}"#);
    assert!(unknown.unwrap_err().to_string().contains("depth"));
}

/// By hand: 96x112 has the left eye at 38.2946 - 8 = 30.2946, 51.6963. MATLAB calls the first pixel's centre 1, so that the eye lies at
/// 29.2946, 50.6963 of pixels from 0. In 48x56 it is 15.1473, 25.84815, from 0 it is 14.1473, 24.84815: one pixel of the crop, not half.
#[test]
fn matlabs_first_pixel_is_one() {
    let near = |p: [f64; 2], q: [f64; 2]| (p[0] - q[0]).abs() < 1e-9 && (p[1] - q[1]).abs() < 1e-9;
    let native = CropTarget::native(Template::Wide96x112);
    assert_eq!((native.origin, native.points()[0][1]), (Origin::Insightface, 51.6963));
    let matlab = native.with_origin(Origin::Matlab);
    assert!(near(matlab.points()[0], [29.2946, 50.6963]), "{:?}", matlab.points());
    assert!(near(matlab.points()[4], [61.7299, 91.2041]), "{:?}", matlab.points());
    let half = CropTarget::new(Template::Wide96x112, 48, 56).unwrap().with_origin(Origin::Matlab);
    assert!(near(half.points()[0], [14.1473, 24.84815]), "{:?}", half.points());
    let [a, b] = [native, matlab].map(|target| target.nose_base());
    assert!(near([a[0] - 1.0, a[1] - 1.0], b), "the whole face moves");
    // A photograph whose points are the template's: as it is for InsightFace, one pixel to the left and up for MATLAB.
    let hints = FaceHints { points: Some(Landmarks5(native.points())), ..FaceHints::default() };
    let moved =
        |target: &CropTarget| align(&hints, AlignPolicy::Landmarks, target).unwrap().transform.apply([40.0, 60.0]);
    assert!(near(moved(&native), [40.0, 60.0]) && near(moved(&matlab), [39.0, 59.0]));
}

#[test]
fn the_origin_in_files() {
    let old = r#"{"template":"wide-96x112","width":96,"height":112}"#;
    let new = r#"{"template":"wide-96x112","width":96,"height":112,"origin":"matlab"}"#;
    let [zero, one] = [old, new].map(|json| serde_json::from_str::<CropTarget>(json).unwrap());
    assert_eq!(one, zero.with_origin(Origin::Matlab));
    assert_eq!([zero, one].map(|t| serde_json::to_string(&t).unwrap()), [old, new]);
    assert_eq!([zero, one].map(|t| t.framing()), ["wide-96x112", "wide-96x112 matlab"]);
    let error = serde_json::from_str::<CropTarget>(&new.replace("matlab", "fortran")).unwrap_err().to_string();
    assert!(error.contains("insightface") && error.contains("matlab"), "{error}");
    let differs = Preproc::new(zero).check_same(&Preproc::new(one)).unwrap_err().to_string();
    assert!(differs.contains("target.origin: insightface here, matlab there"), "{differs}");
}
