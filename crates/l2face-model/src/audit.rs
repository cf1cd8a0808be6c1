//! All that must be right before a folder is published.
use crate::check::CheckReport;
use crate::error::{ModelError, Result};
use crate::files::{files, CARD};
use crate::{License, Metadata, Model, ModelFolder};
use candle_core::Device;
use std::path::Path;

/// What was found in a sound folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Audit {
    /// Every file, relative to the folder, with `/` between: these and no others are to be sent.
    pub files: Vec<String>,
    /// The card's metadata.
    pub card: Metadata,
    /// How well the weights reproduce the embeddings.
    pub check: CheckReport,
}

/// Looks at everything: the files, the card, configuration and tensors, the head, the embeddings. What the results mean is known to who wrote them:
/// [`Metadata::same_figures`] holds the card to them.
///
/// # Errors
/// The first fault: a file that does not belong there or is missing, a link, a card without a licence or with one that is none
/// ([`License::of_card`]), whatever [`Model::from_folder`] and [`Model::check`] refuse.
pub fn audit(path: &Path, device: &Device) -> Result<Audit> {
    let files = files(path)?;
    let folder = ModelFolder::open(path)?;
    let card = folder.card()?;
    if card.pipeline_tag.as_deref() != Some("image-feature-extraction") {
        return Err(ModelError::file(
            &path.join(CARD),
            "its pipeline_tag is not image-feature-extraction: nobody would find it",
        ));
    }
    License::of_card(&card).map_err(|e| ModelError::file(&path.join(CARD), e))?;
    folder.head()?;
    let check = Model::from_folder(path, device)?.check()?;
    Ok(Audit { files, card, check })
}
