use crate::common::{differences, source};
use image::{DynamicImage, ImageFormat};
use l2face_image::{ImageError, Rgb8};
use std::io::Cursor;

fn encoded(image: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

#[test]
fn png_round_trip_is_exact_and_jpeg_near() {
    let image = source(40, 32);
    assert_eq!(Rgb8::decode(&image.encode_png().unwrap()).unwrap(), image);
    let smooth = Rgb8::from_fn(40, 32, |x, y| [(x * 5) as u8, (y * 7) as u8, 90]);
    let back = Rgb8::decode(&smooth.encode_jpeg(95).unwrap()).unwrap();
    assert!(differences(back.data(), smooth.data()).1 < 2.0);
    assert!(image.encode_jpeg(0).unwrap().len() < image.encode_jpeg(255).unwrap().len());
}

macro_rules! pillow {
    ($($name:literal)*) => { [$(($name, include_bytes!(concat!("../fixtures/jpeg/", $name, ".jpg")).as_slice(),
        include_bytes!(concat!("../fixtures/jpeg/", $name, ".bin")).as_slice())),*] };
}

/// Pillow's pixels to the last bit, see make_fixtures.py: both decode as libjpeg-turbo does.
#[test]
fn pixels_are_those_of_libjpeg_turbo() {
    for (name, file, pixels) in pillow!["full" "half" "quarter" "coarse" "progressive" "restarts" "optimised" "grey"] {
        let ours = Rgb8::decode(file).unwrap();
        assert_eq!((ours.width(), ours.height()), (45, 37), "{name}");
        assert!(ours.data() == pixels, "{name}: {:?}", differences(ours.data(), pixels));
    }
    let written_by_opencv = Rgb8::decode(include_bytes!("../fixtures/progressive.jpg")).unwrap();
    assert!(written_by_opencv.data() == include_bytes!("../fixtures/progressive.bin"));
}

#[test]
fn grey_alpha_and_sixteen_bits_become_rgb8() {
    let grey = DynamicImage::ImageLuma8(image::GrayImage::from_fn(8, 8, |x, y| image::Luma([(8 * y + x) as u8])));
    let png = Rgb8::decode(&encoded(grey.clone(), ImageFormat::Png)).unwrap();
    assert_eq!(png.pixel(3, 2), [19, 19, 19]);
    let jpeg = Rgb8::decode(&encoded(grey, ImageFormat::Jpeg)).unwrap();
    assert!(jpeg.pixel(3, 2).iter().all(|v| v.abs_diff(19) <= 2), "{:?}", jpeg.pixel(3, 2));

    let alpha = image::RgbaImage::from_pixel(4, 4, image::Rgba([200, 100, 50, 0]));
    let png = Rgb8::decode(&encoded(DynamicImage::ImageRgba8(alpha), ImageFormat::Png)).unwrap();
    assert_eq!(png.pixel(1, 1), [200, 100, 50], "dropped, not blended");

    let deep = image::ImageBuffer::from_pixel(4, 4, image::Rgb([65535u16, 257 * 128, 0]));
    let png = Rgb8::decode(&encoded(DynamicImage::ImageRgb16(deep), ImageFormat::Png)).unwrap();
    assert_eq!(png.pixel(0, 0), [255, 128, 0]);
}

#[test]
fn the_content_decides_not_the_extension() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("really-a-png.jpg");
    std::fs::write(&path, source(4, 4).encode_png().unwrap()).unwrap();
    assert_eq!(Rgb8::open(&path).unwrap(), source(4, 4));
}

#[test]
fn errors_name_the_file_and_the_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let jpeg = source(64, 64).encode_jpeg(90).unwrap();
    let png = source(64, 64).encode_png().unwrap();
    let cases: [(&str, &[u8], &str); 5] = [
        ("half.jpg", &jpeg[..jpeg.len() / 2], "is truncated"),
        ("half.png", &png[..png.len() / 2], "is truncated"),
        ("empty.jpg", b"", "is truncated (only 0 bytes)"),
        ("page.jpg", b"<html><body>404 not found", "cannot decode"),
        ("head.jpg", &jpeg[..3], "is truncated"),
    ];
    for (name, bytes, expected) in cases {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let message = Rgb8::open(&path).unwrap_err().to_string();
        assert!(message.starts_with(&path.display().to_string()), "{message}");
        assert!(message.contains(expected), "{name}: {message}");
        assert!(message.contains("again"), "{name}: {message}");
    }
    let missing = Rgb8::open(&dir.path().join("none.jpg")).unwrap_err();
    assert!(matches!(missing, ImageError::Read { .. }));
    assert!(missing.to_string().contains("none.jpg: cannot read"), "{missing}");
    assert!(Rgb8::open(dir.path()).is_err(), "a directory is not an image");
}

/// A PNG header that promises 60,000 x 60,000 pixels must fail before 10 GB are asked for, and a wide one too.
#[test]
fn oversized_images_are_refused() {
    for (w, h) in [(60_000u32, 60_000u32), (16_385, 1), (15_000, 15_000)] {
        let mut png = source(8, 8).encode_png().unwrap();
        png[16..20].copy_from_slice(&w.to_be_bytes());
        png[20..24].copy_from_slice(&h.to_be_bytes());
        let crc = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        let error = Rgb8::decode(&png).unwrap_err();
        assert!(matches!(error, ImageError::TooLarge { .. }), "{w}x{h}: {error}");
    }
}

/// A JPEG header that promises more pixels than are accepted.
#[test]
fn oversized_jpegs_are_refused() {
    for (w, h) in [(60_000u16, 60_000u16), (16_385, 8), (15_000, 15_000)] {
        let mut jpeg = source(8, 8).encode_jpeg(90).unwrap();
        let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        jpeg[frame + 5..frame + 7].copy_from_slice(&h.to_be_bytes());
        jpeg[frame + 7..frame + 9].copy_from_slice(&w.to_be_bytes());
        let error = Rgb8::decode(&jpeg).unwrap_err();
        assert!(matches!(error, ImageError::TooLarge { .. }), "{w}x{h}: {error}");
    }
}

#[test]
fn oversized_files_are_refused_unread() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("huge.jpg");
    std::fs::File::create(&path).unwrap().set_len(600 << 20).unwrap(); // sparse: takes no room
    let message = Rgb8::open(&path).unwrap_err().to_string();
    assert!(message.contains("huge.jpg: the image is too large"), "{message}");
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, b| {
        (0..8).fold(crc ^ u32::from(*b), |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 })
    })
}

#[test]
fn damage_is_an_error_or_an_image_but_never_a_panic() {
    let whole = source(24, 24).encode_jpeg(80).unwrap();
    for i in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[i] ^= 0x55;
        let _ = Rgb8::decode(&bytes);
    }
    let whole = source(12, 12).encode_png().unwrap();
    for i in 8..whole.len() {
        let mut bytes = whole.clone();
        bytes[i] ^= 0x55;
        let _ = Rgb8::decode(&bytes);
    }
}
