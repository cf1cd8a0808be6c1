#![doc = include_str!("../README.md")]
mod cursor;
mod error;
mod escapes;
mod limits;
mod machine;
mod measure;
mod node;
mod opcodes;
mod pickle;
mod value;

pub use error::{PickleError, Problem};
pub use limits::{Globals, Limits};
pub use pickle::Pickle;
pub use value::{Entries, Kind, Object, Value, Values};
