use l2face_image::{BBox, Landmarks5};

fn bbox(x: f64, y: f64, width: f64, height: f64) -> BBox {
    BBox { x, y, width, height }
}

#[test]
fn iou_of_known_boxes() {
    let a = bbox(0.0, 0.0, 4.0, 2.0);
    assert_eq!(a.iou(&a), 1.0);
    assert!((a.iou(&bbox(2.0, 0.0, 4.0, 2.0)) - 4.0 / 12.0).abs() < 1e-12);
    assert!((a.iou(&bbox(1.0, 0.5, 1.0, 1.0)) - 1.0 / 8.0).abs() < 1e-12);
    assert_eq!(a.iou(&bbox(4.0, 0.0, 4.0, 2.0)), 0.0);
    assert_eq!(a.iou(&bbox(9.0, 9.0, 1.0, 1.0)), 0.0);
}

#[test]
fn invalid_boxes_have_no_area() {
    let good = bbox(0.0, 0.0, 4.0, 2.0);
    for bad in [
        bbox(0.0, 0.0, 0.0, 2.0),
        bbox(0.0, 0.0, -4.0, -2.0),
        bbox(f64::NAN, 0.0, 4.0, 2.0),
        bbox(0.0, 0.0, f64::INFINITY, 2.0),
    ] {
        assert!(!bad.is_valid(), "{bad:?}");
        assert_eq!((bad.area(), bad.size(), bad.iou(&good), good.iou(&bad)), (0.0, 0.0, 0.0, 0.0));
    }
    assert_eq!(good.centre(), [2.0, 1.0]);
    assert_eq!(good.area(), 8.0);
}

#[test]
fn mirrored_landmarks_change_sides() {
    let face = Landmarks5([[10.0, 1.0], [30.0, 2.0], [20.0, 3.0], [12.0, 4.0], [28.0, 5.0]]);
    let mirrored = face.mirrored(101);
    assert_eq!(mirrored.0, [[70.0, 2.0], [90.0, 1.0], [80.0, 3.0], [72.0, 5.0], [88.0, 4.0]]);
    assert_eq!(mirrored.mirrored(101), face);
}
