//! JPEG files to pixels: those of libjpeg-turbo to the last bit, which OpenCV and Pillow decode with, and so every Python face stack.
//!
//! Decoders differ in how they round the inverse transform and widen the colours: by single steps of a pixel, which a detector such as
//! MTCNN, whose windows are cut at whole pixels, can turn into two pixels of a box.

use crate::codec::{MAX_BYTES, MAX_SIDE};
use crate::error::{ImageError, Result};
use crate::jpeg_whole::check_whole;
use crate::rgb::Rgb8;
use libjpeg_turbo_rs::{DecodeLimits, Decoder, JpegError, PixelFormat};

/// What a photograph never has more of (a progressive file has about ten).
const MAX_SCANS: usize = 500;

/// The pixels; `None` for the four colours of a printer, which libjpeg-turbo leaves to others.
///
/// # Errors
/// A file that is truncated, damaged or too large.
pub(crate) fn decode(bytes: &[u8], name: &str) -> Result<Option<Rgb8>> {
    check_whole(bytes).map_err(|detail| ImageError::Truncated { name: name.into(), detail })?;
    let failed = |error| decode_error(&error, name);
    let mut decoder = Decoder::new_with_limits(bytes, limits()).map_err(failed)?;
    if decoder.header().components.len() == 4 {
        return Ok(None);
    }
    decoder.set_output_format(PixelFormat::Rgb);
    // Damaged parts would be filled up; a photograph is whole or an error.
    decoder.set_stop_on_warning(true);
    let image = decoder.decode_image().map_err(failed)?;
    Rgb8::new(image.width, image.height, image.data).map(Some)
}

fn limits() -> DecodeLimits {
    let side = MAX_SIDE as usize;
    DecodeLimits {
        max_width: side,
        max_height: side,
        max_pixels: MAX_BYTES / 3,
        max_scans: MAX_SCANS,
        max_memory: Some(MAX_BYTES),
    }
}

fn decode_error(error: &JpegError, name: &str) -> ImageError {
    let name = name.to_owned();
    match error {
        JpegError::LimitExceeded { what, actual, limit } => {
            ImageError::TooLarge { name, detail: format!("{what} {actual}, the limit is {limit}") }
        }
        JpegError::AllocationFailed { .. } => ImageError::TooLarge { name, detail: error.to_string() },
        JpegError::UnexpectedEof => ImageError::Truncated { name, detail: "the data end too early".into() },
        other => ImageError::Decode { name, reason: other.to_string() },
    }
}
