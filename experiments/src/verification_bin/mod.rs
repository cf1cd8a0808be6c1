//! `cargo xtask bin`: InsightFace's verification `.bin` files, taken apart and put together.

pub mod cli;
mod pack;
mod unpack;

use anyhow::Result;
use cli::Command;

/// Does what was asked; what was made, in a line.
///
/// # Errors
/// A file or folder that is missing, damaged or hostile; a target that exists.
pub fn run(command: &Command) -> Result<String> {
    match command {
        Command::Unpack { file, dir } => unpack::unpack(file, dir),
        Command::Pack { dir, file } => pack::pack(dir, file),
    }
}
