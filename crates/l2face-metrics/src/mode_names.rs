//! The names by which modes are written in configurations and reports.

use crate::MetricsError;

/// Implements `Display` and `FromStr` from one table of names, the same that serde uses.
macro_rules! named_modes {
    ($mode:ty, $what:literal, $($variant:ident => $name:literal),+ $(,)?) => {
        impl $mode {
            /// Every mode with its name.
            pub const NAMES: &'static [(&'static str, Self)] = &[$(($name, Self::$variant)),+];

            /// The mode's name, as in configuration files.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }

        impl std::fmt::Display for $mode {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $mode {
            type Err = crate::MetricsError;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                crate::mode_names::find($what, Self::NAMES, name)
            }
        }
    };
}
pub(crate) use named_modes;

pub(crate) fn find<M: Copy>(what: &'static str, names: &[(&str, M)], name: &str) -> Result<M, MetricsError> {
    let found = names.iter().find(|(known, _)| *known == name).map(|(_, mode)| *mode);
    found.ok_or_else(|| {
        let known = names.iter().map(|(n, _)| *n).collect::<Vec<_>>().join(", ");
        MetricsError::UnknownMode { what, name: name.chars().take(40).collect(), known }
    })
}
