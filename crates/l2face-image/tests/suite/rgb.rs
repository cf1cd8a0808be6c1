use crate::common::{differences, source};
use l2face_image::{ImageError, Rgb8};

#[test]
fn the_buffer_must_fit() {
    for (w, h, len) in [(2, 2, 11), (2, 2, 13), (0, 2, 0), (2, 0, 0), (usize::MAX, 2, 6)] {
        let error = Rgb8::new(w, h, vec![0; len]).unwrap_err();
        assert!(matches!(error, ImageError::Buffer { .. }), "{error}");
    }
    assert!(Rgb8::new(2, 2, vec![0; 12]).is_ok());
}

#[test]
fn pixels_are_row_major_rgb() {
    let image = Rgb8::new(2, 2, (0..12).collect()).unwrap();
    assert_eq!(image.pixel(1, 0), [3, 4, 5]);
    assert_eq!(image.pixel(0, 1), [6, 7, 8]);
    assert_eq!(image, Rgb8::from_fn(2, 2, |x, y| [0, 1, 2].map(|c| (3 * (2 * y + x) + c) as u8)));
    assert_eq!(image.clone().into_data(), image.data());
}

#[test]
#[should_panic(expected = "column 2 of an image 2 wide")]
fn a_column_outside_is_not_the_next_row() {
    Rgb8::new(2, 2, vec![0; 12]).unwrap().pixel(2, 0);
}

#[test]
fn mirrored_exchanges_columns_only() {
    let image = source(5, 3);
    let mirrored = image.mirrored();
    assert_eq!(mirrored.pixel(0, 2), image.pixel(4, 2));
    assert_eq!(mirrored.mirrored(), image);
    assert_ne!(mirrored, image);
}

/// `Image.fromarray(source(70, 60)).resize((20, 15), Image.BILINEAR)`, see make_fixtures.py.
#[test]
fn resized_agrees_with_pillow() {
    let ours = source(70, 60).resized(20, 15);
    let (max, mean) = differences(ours.data(), include_bytes!("../fixtures/pil_resize.bin"));
    assert!(max <= 2 && mean < 0.5, "{max} {mean}");
}

#[test]
fn resized_to_its_own_size_or_to_nothing() {
    let image = source(9, 7);
    assert_eq!(image.resized(9, 7), image);
    let tiny = image.resized(0, 0);
    assert_eq!((tiny.width(), tiny.height()), (1, 1));
}
