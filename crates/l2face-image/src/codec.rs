//! Files and bytes to pixels and back.

use crate::error::{ImageError, Result};
use crate::jpeg;
use crate::rgb::Rgb8;
use image::codecs::{jpeg::JpegEncoder, png::PngEncoder};
use image::error::ImageError as CodecError;
use image::{ExtendedColorType, ImageEncoder, ImageFormat, ImageReader, Limits};
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

/// Longest side accepted, in pixels.
pub(crate) const MAX_SIDE: u32 = 16_384;
/// Most bytes a decoder may allocate, and most bytes read from a file.
pub(crate) const MAX_BYTES: u64 = 512 << 20;

impl Rgb8 {
    /// Reads a JPEG or PNG file, whatever its extension; grey becomes RGB, 16 bits become 8, alpha is dropped (as
    /// `cv2.imread` does) and an EXIF orientation is not applied (as `PIL.Image.open`): landmarks refer to the
    /// pixels as stored. The pixels of a JPEG are those of libjpeg-turbo, and so of OpenCV and Pillow, to the last bit.
    ///
    /// # Errors
    /// One error that names the file: unreadable, truncated, damaged or of another format, or beyond 16384 pixels a
    /// side, 512 MiB decoded or 512 MiB on disk. A JPEG without its end marker counts as truncated: half a
    /// photograph never passes as a whole one.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let unreadable = |source| ImageError::Read { path: path.to_path_buf(), source };
        let file = File::open(path).map_err(unreadable)?;
        let promised = file.metadata().map_err(unreadable)?.len();
        let mut bytes = Vec::new();
        if promised <= MAX_BYTES {
            let mut limited = file.take(MAX_BYTES + 1);
            limited.read_to_end(&mut bytes).map_err(unreadable)?;
        }
        match promised.max(bytes.len() as u64) {
            0..=MAX_BYTES => decode_named(&bytes, &name),
            more => Err(ImageError::TooLarge { name, detail: format!("{more} bytes on disk") }),
        }
    }

    /// Decodes a JPEG or PNG in memory, as [`Rgb8::open`] does.
    ///
    /// # Errors
    /// As [`Rgb8::open`], with "image in memory" for the name.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        decode_named(bytes, "image in memory")
    }

    /// The image as a PNG file, lossless.
    ///
    /// # Errors
    /// [`ImageError::Encode`] if the encoder fails.
    pub fn encode_png(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let result = self.write_with(PngEncoder::new(&mut out));
        result.map_err(|e| self.encode_error("PNG", &e))?;
        Ok(out)
    }

    /// The image as a JPEG file; `quality` from 1 to 100 (values outside are taken to the nearest).
    ///
    /// # Errors
    /// [`ImageError::Encode`] if the encoder fails, as with a side above 65535.
    pub fn encode_jpeg(&self, quality: u8) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut out, quality.clamp(1, 100));
        self.write_with(encoder).map_err(|e| self.encode_error("JPEG", &e))?;
        Ok(out)
    }

    fn write_with(&self, encoder: impl ImageEncoder) -> std::result::Result<(), CodecError> {
        let (width, height) = (self.width() as u32, self.height() as u32);
        encoder.write_image(self.data(), width, height, ExtendedColorType::Rgb8)
    }

    fn encode_error(&self, format: &'static str, error: &CodecError) -> ImageError {
        let (width, height) = (self.width(), self.height());
        ImageError::Encode { format, width, height, reason: error.to_string() }
    }
}

fn decode_named(bytes: &[u8], name: &str) -> Result<Rgb8> {
    let name = || name.to_owned();
    let format = image::guess_format(bytes).map_err(|_| unknown_format(bytes, name()))?;
    if format == ImageFormat::Jpeg {
        if let Some(image) = jpeg::decode(bytes, &name())? {
            return Ok(image);
        }
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits());
    let decoded = reader.decode().map_err(|e| decode_error(&e, name()))?.into_rgb8();
    Rgb8::new(decoded.width() as usize, decoded.height() as usize, decoded.into_raw())
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_BYTES);
    limits
}

fn unknown_format(bytes: &[u8], name: String) -> ImageError {
    match bytes.len() {
        0..=8 => ImageError::Truncated { name, detail: format!("only {} bytes", bytes.len()) },
        _ => ImageError::Decode { name, reason: "unknown format".into() },
    }
}

fn decode_error(error: &CodecError, name: String) -> ImageError {
    match error {
        CodecError::Limits(e) => ImageError::TooLarge { name, detail: e.to_string() },
        CodecError::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            ImageError::Truncated { name, detail: "the data end too early".into() }
        }
        other => ImageError::Decode { name, reason: other.to_string() },
    }
}
