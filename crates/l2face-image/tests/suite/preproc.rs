use crate::common::source;
use l2face_image::{ColourOrder, CropTarget, ImageError, Preproc, Template};

fn small() -> Preproc {
    Preproc::new(CropTarget::new(Template::Wide96x112, 6, 7).unwrap())
}

#[test]
fn planes_in_either_order() {
    let image = source(6, 7);
    for order in [ColourOrder::Rgb, ColourOrder::Bgr] {
        let preproc = Preproc { order, ..small() };
        let mut out = vec![f32::NAN; 3 * 6 * 7];
        preproc.write_chw(&image, &mut out).unwrap();
        for (c, y, x) in (0..126).map(|i| (i / 42, i / 6 % 7, i % 6)) {
            let channel = if order == ColourOrder::Rgb { c } else { 2 - c };
            let expected = (f32::from(image.pixel(x, y)[channel]) - 127.5) / 128.0;
            assert_eq!(out[(c * 7 + y) * 6 + x], expected);
        }
    }
}

#[test]
fn mean_and_scale_are_used() {
    let preproc = Preproc { mean: 10.0, scale: 0.5, ..small() };
    let mut out = vec![0.0; 126];
    preproc.write_chw(&source(6, 7), &mut out).unwrap();
    assert_eq!(out[1], (37.0 - 10.0) * 0.5);
}

#[test]
fn sizes_must_match() {
    let error = small().write_chw(&source(7, 6), &mut [0.0; 126]).unwrap_err();
    assert!(matches!(error, ImageError::CropSize { .. }));
    assert!(error.to_string().contains("6x7") && error.to_string().contains("7x6"), "{error}");
    assert!(small().write_chw(&source(6, 7), &mut [0.0; 125]).is_err());
    assert!(small().write_chw(&source(6, 7), &mut [0.0; 252]).is_err());
}

#[test]
fn every_difference_is_named() {
    let a = small();
    assert!(a.check_same(&a).is_ok());
    let b = Preproc {
        target: CropTarget::new(Template::Arc112, 48, 48).unwrap(),
        order: ColourOrder::Bgr,
        mean: 0.0,
        scale: 1.0 / 255.0,
    };
    let message = a.check_same(&b).unwrap_err().to_string();
    for part in [
        "target.template: wide-96x112 here, arc112 there",
        "target.width: 6 here, 48 there",
        "target.height: 7 here, 48 there",
        "order: rgb here, bgr there",
        "mean: 127.5 here, 0 there",
        "scale: 0.0078125 here, 0.003",
    ] {
        assert!(message.contains(part), "{message}");
    }
    let only_order = Preproc { order: ColourOrder::Bgr, ..a };
    let message = a.check_same(&only_order).unwrap_err().to_string();
    assert!(message.contains("order") && !message.contains("mean"), "{message}");
    let nearly = Preproc { scale: 1.0 / 127.5, ..a };
    assert!(a.check_same(&nearly).is_err(), "1/128 is not 1/127.5");
}

#[test]
fn serde_round_trip_and_unknown_fields() {
    let json = serde_json::to_string(&Preproc::default()).unwrap();
    assert_eq!(
        json,
        r#"{"target":{"template":"arc112","width":112,"height":112},"order":"rgb","mean":127.5,"scale":0.0078125}"#
    );
    assert_eq!(serde_json::from_str::<Preproc>(&json).unwrap(), Preproc::default());
    let unknown = json.replace("\"mean\"", "\"std\":1,\"mean\"");
    assert!(serde_json::from_str::<Preproc>(&unknown).unwrap_err().to_string().contains("std"));
    assert!(serde_json::from_str::<Preproc>(&json.replace("rgb", "RGB")).is_err());
}
