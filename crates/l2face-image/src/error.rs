//! What can go wrong, each with the way out.

use std::path::PathBuf;

/// The crate's result.
pub type Result<T> = std::result::Result<T, ImageError>;

/// What can go wrong between a file and a tensor. Messages name the file and say what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The file could not be read.
    #[error("{}: cannot read the image: {source}; check that the file exists and may be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// The file ends too early.
    #[error("{name}: the image is truncated ({detail}); fetch or copy the file again, or take it out of the list")]
    Truncated {
        /// The file, or "image in memory".
        name: String,
        /// What was found missing.
        detail: String,
    },
    /// Neither JPEG nor PNG, or damaged.
    #[error("{name}: cannot decode the image: {reason}; it must be a whole JPEG or PNG file (judged by content, not by extension): convert it or fetch it again")]
    Decode {
        /// The file, or "image in memory".
        name: String,
        /// The decoder's reason.
        reason: String,
    },
    /// Larger than the limits within which a file may be decoded.
    #[error("{name}: the image is too large ({detail}); at most 16384 pixels a side, 512 MiB decoded and 512 MiB on disk are accepted: shrink it first")]
    TooLarge {
        /// The file, or "image in memory".
        name: String,
        /// What was exceeded.
        detail: String,
    },
    /// The image could not be encoded.
    #[error("cannot encode a {width}x{height} image as {format}: {reason}")]
    Encode {
        /// "JPEG" or "PNG".
        format: &'static str,
        /// Pixels.
        width: usize,
        /// Pixels.
        height: usize,
        /// The encoder's reason.
        reason: String,
    },
    /// The buffer's length does not fit the size, or a side is zero.
    #[error(
        "an RGB image of {width}x{height} needs sides of at least 1 and 3 * width * height bytes, got {len} bytes"
    )]
    Buffer {
        /// Pixels.
        width: usize,
        /// Pixels.
        height: usize,
        /// Bytes given.
        len: usize,
    },
    /// The crop's sides are not in the template's proportion.
    #[error("a {width}x{height} crop does not fit the template {template} ({native_width}x{native_height}): the sides must be in the same proportion, e.g. {suggestion}")]
    Aspect {
        /// The template.
        template: crate::Template,
        /// Pixels asked for.
        width: usize,
        /// Pixels asked for.
        height: usize,
        /// The template's own width.
        native_width: usize,
        /// The template's own height.
        native_height: usize,
        /// A size that fits.
        suggestion: String,
    },
    /// The crop and the preprocessing disagree about the size.
    #[error("expected a crop of {expected_width}x{expected_height} and a buffer of {expected_len} floats, got {width}x{height} and {len}; align the face to Preproc::target first")]
    CropSize {
        /// Pixels.
        expected_width: usize,
        /// Pixels.
        expected_height: usize,
        /// 3 * width * height.
        expected_len: usize,
        /// Pixels given.
        width: usize,
        /// Pixels given.
        height: usize,
        /// Floats given.
        len: usize,
    },
    /// Two preprocessings that must agree do not.
    #[error("the preprocessing differs: {}; use the preprocessing that is stored with the weights", differences.join(", "))]
    PreprocMismatch {
        /// One entry a field: "order: rgb here, bgr there".
        differences: Vec<String>,
    },
    /// A policy's name was not understood.
    #[error("unknown alignment policy {given:?}; use auto, landmarks, protocol or box")]
    UnknownPolicy {
        /// What was given.
        given: String,
    },
}
