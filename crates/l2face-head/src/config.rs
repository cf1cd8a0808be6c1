//! A head by name.

use std::fmt;
use std::str::FromStr;

use candle_nn::VarBuilder;
use serde::{Deserialize, Serialize};

use crate::{check, Alpha, Head, HeadError, L2Softmax, Softmax, Warning};

/// Which head: in text, TOML and JSON `softmax`, `l2:16`, `l2:trained` or `l2:trained:START`.
///
/// ```
/// use l2face_head::{Alpha, HeadConfig};
/// let head: HeadConfig = "l2:16".parse()?;
/// assert_eq!(head, HeadConfig::L2Softmax { alpha: Alpha::Fixed(16.) });
/// assert_eq!(head.to_string(), "l2:16");
/// # Ok::<(), l2face_head::HeadError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum HeadConfig {
    /// The plain softmax.
    Softmax,
    /// The L2-constrained softmax.
    L2Softmax {
        /// Its scale.
        alpha: Alpha,
    },
}

impl HeadConfig {
    /// [`check`] for this head.
    pub fn check(&self, dim: usize, classes: usize) -> std::result::Result<Vec<Warning>, HeadError> {
        check(dim, classes, self.alpha())
    }

    /// Builds the head for features (N, `dim`) of `classes` identities; variables as those of [`L2Softmax`].
    ///
    /// # Errors
    /// Settings that [`check`] refuses.
    pub fn build(&self, dim: usize, classes: usize, vb: VarBuilder<'_>) -> candle_core::Result<Box<dyn Head>> {
        Ok(match *self {
            Self::Softmax => Box::new(Softmax::new(dim, classes, vb)?),
            Self::L2Softmax { alpha } => Box::new(L2Softmax::new(dim, classes, alpha, vb)?),
        })
    }

    /// The alpha of the features; none where their length is left free.
    pub fn alpha(&self) -> Option<Alpha> {
        match self {
            Self::Softmax => None,
            Self::L2Softmax { alpha } => Some(*alpha),
        }
    }
}

impl fmt::Display for HeadConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.alpha() {
            None => f.write_str("softmax"),
            Some(Alpha::Fixed(alpha)) => write!(f, "l2:{alpha}"),
            Some(Alpha::Trained(None)) => f.write_str("l2:trained"),
            Some(Alpha::Trained(Some(start))) => write!(f, "l2:trained:{start}"),
        }
    }
}

impl FromStr for HeadConfig {
    type Err = HeadError;

    /// Only the form is judged here; [`check`](HeadConfig::check) judges the values.
    fn from_str(text: &str) -> std::result::Result<Self, HeadError> {
        let unknown = || HeadError::Name(text.to_string());
        let number = |digits: &str| digits.parse::<f64>().map_err(|_| unknown());
        let alpha = match text.split(':').collect::<Vec<_>>()[..] {
            ["softmax"] => return Ok(Self::Softmax),
            ["l2", "trained"] => Alpha::Trained(None),
            ["l2", "trained", start] => Alpha::Trained(Some(number(start)?)),
            ["l2", alpha] => Alpha::Fixed(number(alpha)?),
            _ => return Err(unknown()),
        };
        Ok(Self::L2Softmax { alpha })
    }
}

impl TryFrom<String> for HeadConfig {
    type Error = HeadError;

    fn try_from(text: String) -> std::result::Result<Self, HeadError> {
        text.parse()
    }
}

impl From<HeadConfig> for String {
    fn from(config: HeadConfig) -> Self {
        config.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for name in ["softmax", "l2:16", "l2:11.7", "l2:trained", "l2:trained:0.1"] {
            assert_eq!(name.parse::<HeadConfig>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn other_names_are_refused_with_the_choice() {
        for name in ["", "l2", "l2:", "L2:16", "l2:sixteen", "l2:trained:", "l2:16:3", "softmax:1", "arcface"] {
            let message = name.parse::<HeadConfig>().unwrap_err().to_string();
            assert!(message.starts_with(&format!("unknown head \"{name}\": use softmax, l2:ALPHA")), "{message}");
        }
    }

    #[test]
    fn a_number_that_is_no_alpha_is_refused_by_check() {
        for name in ["l2:0", "l2:-3", "l2:NaN", "l2:inf", "l2:trained:0"] {
            let config: HeadConfig = name.parse().unwrap();
            assert!(matches!(config.check(4, 10), Err(HeadError::Alpha(_))), "{name}");
        }
    }
}
