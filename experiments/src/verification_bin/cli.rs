//! The options of `cargo xtask bin`.
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Takes verification sets in one file of InsightFace's form apart, and puts them together. Nothing in a file is run; nothing is overwritten.
#[derive(Clone, Debug, Parser)]
#[command(name = "cargo xtask bin")]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Writes a file's images, as they are in it, and pairs.csv (first, second, same) into a new folder.
    Unpack {
        /// The .bin file.
        file: PathBuf,
        /// The folder to make.
        dir: PathBuf,
    },
    /// Writes a new file of the images that a folder's pairs.csv names, two by two: faces aligned already, of one size.
    Pack {
        /// The folder with pairs.csv (first, second, same) and the images.
        dir: PathBuf,
        /// The .bin file to make.
        file: PathBuf,
    },
}
