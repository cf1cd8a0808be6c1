//! The options of `cargo xtask package`.
use clap::Parser;
use std::path::PathBuf;

/// Makes a model folder from a finished run of `reproduce ijba`, `lfw` or `ytf`: weights, configuration, card, results, and a few images with their embeddings,
/// by which anyone can tell that the weights are the right ones. The folder opens offline, and `cargo xtask publish` takes it.
///
/// Paths of this machine are cut down to their last part in everything that is written.
#[derive(Clone, Debug, Parser)]
#[command(name = "cargo xtask package")]
pub struct Args {
    /// The run: the folder of `--out`.
    pub run: PathBuf,
    /// The folder to make.
    pub out: PathBuf,
    /// The licence of the weights, by SPDX: MIT, CC-BY-NC-4.0, "MIT OR Apache-2.0", LicenseRef-NAME. There is no default.
    #[arg(long, value_name = "SPDX")]
    pub license: Option<String>,
    /// Where its terms stand; needed for a LicenseRef.
    #[arg(long, value_name = "URL")]
    pub license_link: Option<String>,
    /// The row whose network is packaged, where the run has several: softmax, l2:16, ...
    #[arg(long)]
    pub row: Option<String>,
    /// The seed, where the run has several.
    #[arg(long)]
    pub seed: Option<u64>,
    /// What it will be called on the Hub.
    #[arg(long, value_name = "OWNER/NAME")]
    pub name: Option<String>,
    /// The name of the training data; that of its folder without it.
    #[arg(long, value_name = "TEXT")]
    pub train_name: Option<String>,
    /// The terms under which the training photographs were used; needed for photographs.
    #[arg(long, value_name = "TEXT")]
    pub train_license: Option<String>,
    /// Known bias of the training data or of the model.
    #[arg(long, value_name = "TEXT")]
    pub bias: Option<String>,
    /// The name of the data of the evaluation; that of its folder without it.
    #[arg(long, value_name = "TEXT")]
    pub eval_name: Option<String>,
    /// What else was measured with these weights: the --out folder of `cargo xtask evaluate --model` with the row's folder (RUN/rows/..) or a model
    /// folder made of it; may be repeated. Its figures go on the card, its results and reports into evaluations/NAME; NAME is that of its --data
    /// without it. Figures with TPE are left out.
    #[arg(long, value_name = "[NAME=]DIR")]
    pub evaluation: Vec<String>,
    /// A training set's name on the Hub, if it is there; may be repeated.
    #[arg(long, value_name = "OWNER/NAME")]
    pub hub_dataset: Vec<String>,
    /// Put in the classifier of the training too. Its rows are directions of the people trained on.
    #[arg(long)]
    pub with_head: bool,
    /// Replace OUT, if it is a model folder.
    #[arg(long)]
    pub force: bool,
}
