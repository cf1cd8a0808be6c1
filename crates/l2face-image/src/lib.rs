#![doc = include_str!("../README.md")]

mod align;
mod antialias;
mod augment;
mod codec;
mod error;
mod geometry;
mod jpeg;
mod jpeg_whole;
mod origin;
mod preproc;
mod rgb;
mod similarity;
mod template;
mod warp;

pub use align::{align, AlignPolicy, AlignSource, Aligned, FaceHints};
pub use antialias::warp_antialiased;
pub use augment::Augment;
pub use error::{ImageError, Result};
pub use geometry::{BBox, Landmarks5, Point, MIN_OVERLAP};
pub use origin::Origin;
pub use preproc::{ColourOrder, Preproc};
pub use rgb::Rgb8;
pub use similarity::Similarity;
pub use template::{CropTarget, Template};
pub use warp::warp;
