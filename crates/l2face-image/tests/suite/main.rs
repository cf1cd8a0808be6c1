//! The crate's tests: one file a concept.

mod align;
mod augment;
mod common;
mod decode;
mod geometry;
mod jpeg;
mod lfw;
mod preproc;
mod rgb;
mod similarity;
mod template;
mod warp;
