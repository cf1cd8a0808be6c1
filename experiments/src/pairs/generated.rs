//! Generated faces in LFW's or YouTube Faces' layout, read back as the real ones are.

use crate::folds;
use crate::progress::Progress;
use crate::study::config::{Config, Experiment};
use crate::study::faces::{generated_train, test_crops, world, Faces};
use crate::study::quality;
use anyhow::Result;
use l2face_eval::{FoldProtocol, LandmarkIndex};
use l2face_synth::World;
use std::borrow::Cow;
use std::path::Path;
use std::sync::OnceLock;

/// The faces of a seed under `folder`, drawn or read back.
pub(super) fn faces(config: &Config, seed: u64, folder: &Path) -> Result<Faces<'static, FoldProtocol>> {
    let world = world(config, seed)?;
    let (train, train_crops) = generated_train(config, &world, folder)?;
    let layout = folder.join(config.experiment.to_string());
    write(config, &world, &layout)?;
    let protocol = load(config, &layout)?;
    let landmarks = LandmarkIndex::load(&[layout.join("landmarks.csv")])?;
    let test_crops = test_crops(config, &protocol.faces, &landmarks, &folder.join("test"))?;
    let quality = Some(quality::read(&layout.join("quality.csv"), &protocol.faces)?);
    Ok(Faces { train, train_crops, protocol: Cow::Owned(protocol), test_crops, quality })
}

fn write(config: &Config, world: &World, layout: &Path) -> Result<()> {
    let progress = OnceLock::new();
    let label = format!("render the test faces of seed {}", world.seed());
    let tell = |done, all| progress.get_or_init(|| Progress::new(&label, "faces", all)).set(done, "");
    match config.experiment {
        Experiment::Ytf => world.write_ytf(layout, &tell)?,
        _ => world.write_lfw(layout, &tell)?,
    }
    Ok(())
}

/// The protocol, its list named without the out folder, on which no result may depend.
fn load(config: &Config, layout: &Path) -> Result<FoldProtocol> {
    let mut protocol = match config.experiment {
        Experiment::Ytf => folds::ytf(layout, None, None)?,
        _ => folds::lfw(layout, None)?,
    };
    protocol.list.file = protocol.list.file.file_name().map(Into::into).unwrap_or_default();
    Ok(protocol)
}
