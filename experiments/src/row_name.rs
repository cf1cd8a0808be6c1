//! The name of a row: a head, `softmax` or `l2:16`, and `+tpe` behind it where templates are embedded by TPE.

use std::fmt;
use std::str::FromStr;

use l2face_head::{HeadConfig, HeadError};

const TPE: &str = "+tpe";

/// A row's name, read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowName {
    /// What the network is trained with.
    pub head: HeadConfig,
    /// Whether templates are embedded by TPE, trained on every split's training part.
    pub tpe: bool,
}

/// The row whose network a row uses: itself without `+tpe`.
pub fn trained_name(row: &str) -> &str {
    row.strip_suffix(TPE).unwrap_or(row)
}

/// Whether a row is evaluated with TPE.
pub fn has_tpe(row: &str) -> bool {
    row.ends_with(TPE)
}

impl FromStr for RowName {
    type Err = HeadError;

    fn from_str(row: &str) -> Result<Self, HeadError> {
        Ok(Self { head: trained_name(row).parse()?, tpe: has_tpe(row) })
    }
}

impl fmt::Display for RowName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.head, if self.tpe { TPE } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_name_their_network() {
        for (row, trained) in [("softmax", "softmax"), ("l2:16+tpe", "l2:16"), ("l2:trained+tpe", "l2:trained")] {
            let name: RowName = row.parse().unwrap();
            assert_eq!((name.to_string(), name.tpe), (row.to_string(), row != trained));
            assert_eq!((trained_name(row), name.head.to_string()), (trained, trained.to_string()));
        }
        assert_eq!("l2:16.0+tpe".parse::<RowName>().unwrap().to_string(), "l2:16+tpe");
        for row in ["+tpe", "l2:16+tpe+tpe", "l2:16+lda", "l2:16 +tpe", "tpe"] {
            assert!(row.parse::<RowName>().is_err(), "{row}");
        }
    }
}
