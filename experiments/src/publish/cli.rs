//! The options of `cargo xtask publish`.
use clap::Parser;
use std::path::PathBuf;

/// Sends a model folder (`cargo xtask package` makes one) to the Hugging Face Hub as one commit, downloads it again and compares, and prints its
/// address. Before anything is sent the folder is opened strictly: its card has to name a licence and the figures of its results.json and
/// evaluations, its weights have to give the embeddings stored with them.
///
/// The token is that of HF_TOKEN, or of the file that `hf auth login` writes; it is shown nowhere. The same command again sends nothing, and after a
/// broken connection sends what is missing.
#[derive(Clone, Debug, Parser)]
#[command(name = "cargo xtask publish")]
pub struct Args {
    /// The model folder.
    pub folder: PathBuf,
    /// Where it goes; created if it is not there.
    #[arg(value_name = "OWNER/NAME")]
    pub repository: String,
    /// Create the repository as a private one; one that is there has to be private.
    #[arg(long)]
    pub private: bool,
    /// The branch; created if it is not there. `main` without it.
    #[arg(long, value_name = "BRANCH")]
    pub revision: Option<String>,
    /// Replace files that are there with other contents, and remove files of a model (a head, plots, ..) that the folder no longer has.
    #[arg(long)]
    pub overwrite: bool,
    /// The commit's message.
    #[arg(long, value_name = "TEXT")]
    pub message: Option<String>,
    /// Show what would be sent; nothing is changed.
    #[arg(long)]
    pub dry_run: bool,
}
