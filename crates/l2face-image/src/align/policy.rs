//! Which hints may be used, and which were.

use crate::error::ImageError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which hints [`crate::align`] may use, best first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlignPolicy {
    /// Five points, else eyes and nose base, else eyes, else the box.
    #[default]
    Auto,
    /// Five points or nothing.
    Landmarks,
    /// What a protocol's own files give: eyes and nose base, else eyes, else the box.
    Protocol,
    /// The box only.
    Box,
}

impl AlignPolicy {
    /// The sources this policy allows, best first.
    pub fn sources(self) -> &'static [AlignSource] {
        const ALL: [AlignSource; 4] =
            [AlignSource::FivePoints, AlignSource::ThreePoints, AlignSource::Eyes, AlignSource::Box];
        match self {
            Self::Auto => &ALL,
            Self::Landmarks => &ALL[..1],
            Self::Protocol => &ALL[1..],
            Self::Box => &ALL[3..],
        }
    }
}

impl fmt::Display for AlignPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Landmarks => "landmarks",
            Self::Protocol => "protocol",
            Self::Box => "box",
        })
    }
}

impl FromStr for AlignPolicy {
    type Err = ImageError;
    fn from_str(given: &str) -> Result<Self, ImageError> {
        let all = [Self::Auto, Self::Landmarks, Self::Protocol, Self::Box];
        let found = all.into_iter().find(|p| p.to_string() == given);
        found.ok_or_else(|| ImageError::UnknownPolicy { given: given.to_owned() })
    }
}

/// What a face was aligned by, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlignSource {
    /// Eyes, nose tip, mouth corners.
    FivePoints,
    /// Both eyes and the nose base.
    ThreePoints,
    /// Both eyes.
    Eyes,
    /// The face box.
    Box,
}

impl fmt::Display for AlignSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FivePoints => "five points",
            Self::ThreePoints => "three points",
            Self::Eyes => "eyes",
            Self::Box => "box",
        })
    }
}
