//! `README.md`: the model's card, metadata for the Hub and text for people.
mod agree;
mod front_matter;
mod metadata;
mod template;
mod text;
mod yaml_1_1;

pub use metadata::{Dataset, Entry, Evaluation, Figure, Metadata, Task};

use crate::config::ModelConfig;
use crate::error::{shown, ModelError, Result};
use crate::license::License;

/// What a card says.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The name of the model, for people: `Face-ResNet, alpha 16`.
    pub title: String,
    /// `OWNER/NAME` on the Hub, where it is known.
    pub repository: Option<String>,
    /// Under which terms the weights may be used.
    pub license: License,
    /// What it was trained on.
    pub training: Training,
    /// Data sets by their identifiers on the Hub, where they are there.
    pub datasets: Vec<String>,
    /// Everything that was measured.
    pub evaluations: Vec<Evaluation>,
    /// A sentence on what the figures are worth.
    pub statement: String,
    /// The command that makes the run again.
    pub command: String,
}

/// The training data, and what is known of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// Its name.
    pub data: String,
    /// Identities.
    pub people: usize,
    /// Images.
    pub images: usize,
    /// The terms under which they were used.
    pub license: String,
    /// Known bias of the data or of the model.
    pub bias: String,
}

impl Card {
    /// The metadata.
    pub fn metadata(&self) -> Metadata {
        metadata::of(self)
    }

    /// The whole file: metadata between two lines `---`, then the text.
    ///
    /// # Errors
    /// A figure that is not finite, a name that the Hub would not take.
    pub fn markdown(&self, config: &ModelConfig, with_head: bool) -> Result<String> {
        self.repository.iter().try_for_each(|name| on_the_hub(name, 2..=2))?;
        self.datasets.iter().try_for_each(|name| on_the_hub(name, 1..=2))?;
        Ok(format!("---\n{}---\n{}", self.metadata().to_yaml()?, text::body(self, config, with_head)))
    }
}

/// Whether it is a name on the Hub: so many parts of letters, digits, `-`, `_` and `.`, which neither begin nor end with one of these.
fn on_the_hub(name: &str, parts: std::ops::RangeInclusive<usize>) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric();
    let part = |part: &str| {
        part.starts_with(plain)
            && part.ends_with(plain)
            && part.len() <= 96
            && part.chars().all(|c| plain(c) || "-_.".contains(c))
    };
    match name.split('/').all(part) && parts.contains(&name.split('/').count()) {
        true => Ok(()),
        false => Err(ModelError::Card(format!(
            "`{}` is no name on the Hub: OWNER/NAME, of letters, digits, `-`, `_` and `.`",
            shown(name, 80)
        ))),
    }
}
