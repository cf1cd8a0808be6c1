//! What is wrong with a file, in one line; it becomes candle's error, with the file's name, at the door.
use std::fmt;

/// Characters of a name from a file that are shown.
const NAME: usize = 80;
/// Characters of a message; names and values of a hostile file could be as long as the file.
const MESSAGE: usize = 700;

#[derive(Debug)]
pub(super) struct Fault(String);

pub(super) type Checked<T> = Result<T, Fault>;

impl Fault {
    pub(super) fn new(message: impl fmt::Display) -> Self {
        Self(short(&message.to_string(), MESSAGE))
    }

    /// With what it is about in front.
    pub(super) fn of(self, what: impl fmt::Display) -> Self {
        Self::new(format_args!("{what}: {}", self.0))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::new(error)
    }
}

impl From<candle_core::Error> for Fault {
    fn from(error: candle_core::Error) -> Self {
        Self::new(error)
    }
}

/// A name from a file, for a message.
pub(super) fn shown(name: &str) -> String {
    short(name, NAME)
}

fn short(text: &str, most: usize) -> String {
    let plain = |c: char| if c.is_control() { '?' } else { c };
    let mut out: String = text.chars().take(most).map(plain).collect();
    if text.chars().nth(most).is_some() {
        out.push('…');
    }
    out
}

/// Leaves the function with a fault.
macro_rules! refuse {
    ($($arg:tt)*) => {
        return Err($crate::weights::fault::Fault::new(format_args!($($arg)*)))
    };
}
pub(super) use refuse;

#[cfg(test)]
mod tests {
    use super::{shown, Fault};

    #[test]
    fn long_names_and_control_characters_do_not_reach_the_terminal() {
        assert_eq!(shown("bn1.\x1b[31m\n"), "bn1.?[31m?");
        assert_eq!(shown(&"é".repeat(1000)).chars().count(), 81);
        assert_eq!(Fault::new("x".repeat(1 << 20)).of("w").to_string().chars().count(), 701);
    }
}
