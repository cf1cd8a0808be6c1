//! Truncation: what a lenient decoder would fill with grey must be an error.

use crate::common::source;
use l2face_image::{ImageError, Rgb8};

fn truncated(bytes: &[u8]) -> bool {
    matches!(Rgb8::decode(bytes), Err(ImageError::Truncated { .. }))
}

#[test]
fn every_cut_of_a_jpeg_is_an_error() {
    let baseline = source(40, 32).encode_jpeg(90).unwrap();
    let progressive = include_bytes!("../fixtures/progressive.jpg");
    for whole in [&baseline[..], &progressive[..]] {
        assert!(Rgb8::decode(whole).is_ok());
        for len in 0..whole.len() {
            assert!(truncated(&whole[..len]), "cut at {len} of {}", whole.len());
        }
    }
}

#[test]
fn every_cut_of_a_png_within_its_pixels_is_an_error() {
    let whole = source(40, 32).encode_png().unwrap();
    let end_of_pixels = whole.len() - 12 - 4; // the IEND chunk and the checksum before it
    for len in 0..end_of_pixels {
        assert!(Rgb8::decode(&whole[..len]).is_err(), "cut at {len} of {}", whole.len());
    }
    assert!(truncated(&whole[..whole.len() / 2]));
}

/// A camera's file holds a whole small JPEG in its APP1 segment: its end marker must not pass for the file's own.
#[test]
fn the_end_of_a_thumbnail_does_not_count() {
    let (thumb, outer) = (source(8, 8).encode_jpeg(50).unwrap(), source(40, 32).encode_jpeg(90).unwrap());
    let mut file = outer[..2].to_vec();
    file.extend_from_slice(&[0xFF, 0xE1]);
    file.extend_from_slice(&((thumb.len() + 2) as u16).to_be_bytes());
    file.extend_from_slice(&thumb);
    file.extend_from_slice(&outer[2..]);
    assert_eq!(Rgb8::decode(&file).unwrap(), Rgb8::decode(&outer).unwrap());
    assert!(truncated(&file[..file.len() * 3 / 4]));
}

#[test]
fn bytes_behind_the_end_do_no_harm() {
    let mut file = source(40, 32).encode_jpeg(90).unwrap();
    let whole = Rgb8::decode(&file).unwrap();
    file.extend_from_slice(b"trailing bytes \xFF\xD8\xFF of a camera");
    assert_eq!(Rgb8::decode(&file).unwrap(), whole);
}

#[test]
fn an_end_without_a_picture_is_truncated() {
    assert!(truncated(&[0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xD9]));
}
