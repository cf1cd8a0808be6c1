//! Pairs of faces for verification.
mod bin;
mod numpy;
mod pack;

pub use bin::VerificationBin;
pub use pack::{pack_bin, unpack_bin};
