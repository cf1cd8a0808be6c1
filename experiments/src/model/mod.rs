//! `cargo xtask model`: what is in a network's file, and the same network in another format.
mod check;
pub mod cli;
mod convert;
mod fetch;
#[cfg(feature = "hub")]
mod hub;
mod inspect;
mod open;
mod table;

pub use fetch::local;
#[cfg(feature = "hub")]
pub use hub::hub_of_environment;
pub use open::{in_folder, open, Opened};

use anyhow::Result;
use cli::{Args, Command};

/// Does what was asked for; what goes to standard output.
///
/// # Errors
/// A file that cannot be read or written, a network that is not known.
pub fn run(args: &Args) -> Result<String> {
    match &args.command {
        Command::Inspect { path, which, json } => inspect::inspect(path, which, *json),
        Command::Check { path } => check::check(path),
        Command::Convert { from, to, which, force } => convert::convert(from, to, which, *force),
    }
}
