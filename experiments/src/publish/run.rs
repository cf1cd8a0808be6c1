//! Look, send, say where it is.
use super::cli::Args;
use super::shown::{answer, plan, Bars};
use crate::model::hub_of_environment;
use crate::package::sound;
use anyhow::{anyhow, Result};
use l2face_hub::{Hub, PublishCause, PublishOptions, PublishStep, Published};
use l2face_model::{files, own_names, Audit};
use std::collections::BTreeMap;
use std::path::Path;

/// Publishes the folder; where it is, in words.
///
/// # Errors
/// A folder that is no sound model, a card without a licence or with figures that were not measured, weights that do not give the embeddings stored with them; a repository that holds
/// other files; whatever the Hub refuses, with what state it is in.
pub fn publish(args: &Args) -> Result<String> {
    let hashes = hashes(&args.folder)?;
    let sound = sound(&args.folder)?;
    eprintln!("{}", looked_at(args, &sound));
    let hub = hub_of_environment()?;
    Ok(answer(&send(&hub, args, hashes)?))
}

/// The SHA-256 of each file, taken before the audit: only what it saw is sent.
fn hashes(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut hashes = BTreeMap::new();
    for file in files(folder)? {
        let hash = crate::hash::file(&folder.join(&file))?;
        hashes.insert(file, hash);
    }
    Ok(hashes)
}

fn looked_at(args: &Args, sound: &Audit) -> String {
    format!(
        "{}: licence {}, {} files; its embeddings differ by {:.1e} of the largest value from those stored with it",
        args.folder.display(),
        sound.card.license,
        sound.files.len(),
        sound.check.difference
    )
}

fn send(hub: &Hub, args: &Args, hashes: BTreeMap<String, String>) -> Result<Published> {
    let options = PublishOptions::new().private(args.private).overwrite(args.overwrite).dry_run(args.dry_run);
    let mut options = options.expect(hashes).owns(own_names());
    if let Some(branch) = &args.revision {
        options = options.revision(branch);
    }
    if let Some(message) = &args.message {
        options = options.message(message);
    }
    let bars = Bars::default();
    let progress = |step: PublishStep<'_>| match step {
        PublishStep::Planned(known) => eprint!("{}", plan(known)),
        other => bars.show(&other),
    };
    hub.publish(&args.folder, &args.repository, &options, &progress).map_err(|error| match *error.cause {
        PublishCause::WouldOverwrite { .. } => anyhow!("{error} (--revision BRANCH, --overwrite)"),
        _ => error.into(),
    })
}
