//! Any bytes as a JPEG or PNG file; what decodes has as many bytes as its sides say.
#![no_main]
use l2face_image::Rgb8;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(image) = Rgb8::decode(data) {
        assert_eq!(image.data().len(), 3 * image.width() * image.height());
    }
});
