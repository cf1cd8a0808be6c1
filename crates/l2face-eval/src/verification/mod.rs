//! Pairs of faces for verification.
mod bin;
mod numpy;
mod pack;
mod unpacked;

pub use bin::VerificationBin;
pub use pack::{pack_bin, unpack_bin};
pub use unpacked::UnpackedBin;
