//! What `--align` may say.

use anyhow::{bail, Error, Result};
use l2face_image::AlignPolicy;
use std::fmt;
use std::str::FromStr;

/// How test faces are aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlignBy {
    /// By points and boxes that are given.
    Given(AlignPolicy),
    /// By MTCNN's points; a face that it does not find by what is given.
    Detect,
}

impl FromStr for AlignBy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match (text, text.parse()) {
            ("detect", _) => Ok(Self::Detect),
            (_, Ok(policy)) => Ok(Self::Given(policy)),
            _ => bail!("`{text}` is none of auto, landmarks, protocol, box, detect"),
        }
    }
}

impl fmt::Display for AlignBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(policy) => policy.fmt(f),
            Self::Detect => f.write_str("detect"),
        }
    }
}
