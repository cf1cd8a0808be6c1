//! Where a template's coordinates begin.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The coordinate of the centre of a crop's first pixel, in which a template's points are given.
///
/// One and the same table of points was used both ways. The 0-based ports (InsightFace, facenet-pytorch's users, this project) let pixel
/// centres begin at 0. The MATLAB scripts of center loss and SphereFace, which the networks of the paper descend from, warp with
/// `imtransform` onto `XData [1 96], YData [1 112]`: there the first pixel's centre is 1, so the same face lies one pixel of the crop further
/// left and higher. A network is to be given the crops of its training.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// 0, as InsightFace has it.
    #[default]
    Insightface,
    /// 1, as MATLAB counts.
    Matlab,
}

impl Origin {
    /// The coordinate of the first pixel's centre, in pixels of the crop, whatever its size.
    pub fn first(self) -> f64 {
        match self {
            Self::Insightface => 0.0,
            Self::Matlab => 1.0,
        }
    }

    /// Whether it is the usual one, which files do not mention.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Insightface => "insightface",
            Self::Matlab => "matlab",
        })
    }
}
