//! How a template becomes one vector, named in words.

mod features;
mod names;
mod pooler;
mod quality;

use serde::{Deserialize, Serialize};

pub use features::Features;
pub use pooler::{pool, Pooled, Pooler};
pub use quality::{face_quality, quality_weights, QUALITY_LAMBDA, QUALITY_LIMIT};

/// What is averaged: the network's vectors as they are, or each at unit length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frames {
    /// As they are, so that a face of large norm weighs more.
    Raw,
    /// Each at unit length; a zero vector stays zero.
    #[default]
    Unit,
}

/// Whether a face counts by its detector's score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Det {
    /// No.
    #[default]
    Off,
    /// Its vector, after [`Frames`], is multiplied by the score.
    On,
}

/// What becomes of the mirrored image's vector. It is joined to the plain one before anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flip {
    /// Not used: the vectors are taken as they are given, fused by the caller or not at all.
    #[default]
    None,
    /// Added, in f32.
    Sum,
    /// Put behind the plain one: vectors of twice the length.
    Concat,
}

/// In which steps is averaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Pool {
    /// The frames of each medium first, then the media, so that a long video weighs as much as one still.
    #[default]
    Media,
    /// All faces at once.
    Flat,
    /// All faces at once, weighed by [`quality_weights`] of their detector's scores (Crystal loss, arXiv 1804.01159).
    Quality {
        /// How much quality matters: 0 is [`Pool::Flat`], the paper takes [`QUALITY_LAMBDA`].
        lambda: f64,
    },
}

/// How a template becomes one vector. Order of the steps: flip, frames, det, pool, unit length.
///
/// Its name is `frames=unit,det=off,flip=none,pool=media`, which is also the default; [`std::str::FromStr`] reads the parts in any
/// order and takes absent ones from the default. Letters such as N1D1F2 mean different things in different scripts and are not used:
/// InsightFace's eval_ijbc N1 D1 F2 is `frames=raw,det=on,flip=sum,pool=media`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pooling {
    /// What is averaged.
    pub frames: Frames,
    /// Weighed by the detector's score or not.
    pub det: Det,
    /// The mirrored image.
    pub flip: Flip,
    /// In which steps.
    pub pool: Pool,
}
