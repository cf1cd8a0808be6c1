//! The user's LFW or YouTube Faces.

use crate::folds;
use crate::study::config::{Config, Experiment};
use crate::study::crops::Crops;
use crate::study::faces::{real_train, test_crops, whole_test_crops, Faces};
use crate::study::Inputs;
use anyhow::{ensure, Context, Result};
use l2face_eval::{Face, FoldProtocol};
use l2face_image::AlignPolicy;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

/// The user's folders and files, read and checked.
pub(super) struct RealSource {
    protocol: FoldProtocol,
    inputs: Inputs,
    /// Over everything that is read.
    pub fingerprint: String,
    /// What the reader must know.
    pub warnings: Vec<String>,
}

/// Opens what the configuration names.
pub(super) fn open(config: &Config) -> Result<RealSource> {
    let data = &config.data;
    let (set, pairs) = (data.set.as_ref().context("--data DIR is missing")?, data.pairs.as_deref());
    let protocol = match config.experiment {
        Experiment::Ytf => folds::ytf(set, pairs, data.max_frames)?,
        _ => folds::lfw(set, pairs)?,
    };
    let list = protocol.list.file.display();
    ensure!(protocol.folds > 1, "{list} has one fold: thresholds are chosen on the others, so name a list with ten");
    let inputs = Inputs::open(config)?;
    let fingerprint = inputs.fingerprint(config, &protocol.faces, &(&protocol.pairs, &protocol.templates))?;
    let warnings = warnings(config, &protocol, &inputs);
    Ok(RealSource { protocol, inputs, fingerprint, warnings })
}

impl RealSource {
    /// Crops of both sets under `folder`, made or read back.
    pub fn faces(&self, config: &Config, folder: &Path) -> Result<Faces<'_, FoldProtocol>> {
        let (train, train_crops) = real_train(config, &self.inputs, folder)?;
        let test_crops = self.test_crops(config, &folder.join("test"))?;
        Ok(Faces { train, train_crops, protocol: Cow::Borrowed(&self.protocol), test_crops, quality: None })
    }

    fn test_crops(&self, config: &Config, folder: &Path) -> Result<Crops> {
        match taken_whole(config, &self.protocol.faces) {
            true => whole_test_crops(config, &self.protocol.faces, folder),
            false => test_crops(config, &self.protocol.faces, &self.inputs.landmarks, folder),
        }
    }
}

/// Without any points or boxes, and unless some are asked for, test photographs are held to be aligned already, as those for training are.
fn taken_whole(config: &Config, faces: &[Face]) -> bool {
    let none = config.data.landmarks.is_empty() && faces.iter().all(|face| face.hints.bbox.is_none());
    none && config.data.align == AlignPolicy::Auto && config.data.detector.is_none()
}

fn warnings(config: &Config, protocol: &FoldProtocol, inputs: &Inputs) -> Vec<String> {
    let mut all = protocol.counts.warnings();
    if taken_whole(config, &protocol.faces) {
        all.push("No --landmarks: test photographs were taken whole, as if they were aligned already".into());
    }
    let known: BTreeSet<&str> = inputs.records.class_names.iter().map(String::as_str).collect();
    let tested: BTreeSet<&str> = protocol.faces.iter().filter_map(|face| person(&face.file)).collect();
    let both = tested.intersection(&known).count();
    if both > 0 {
        all.push(format!(
            "{both} of the {} people tested have a folder of the same name among those trained on: the figures are too good; leave them out with --train-list",
            tested.len()
        ));
    }
    all
}

/// The folder of a person in a face's file: `Name/Name_0001.jpg`, `aligned_images_DB/Name/1/1.1.jpg`.
fn person(file: &str) -> Option<&str> {
    let parts: Vec<&str> = file.split('/').collect();
    match parts[..] {
        [name, _] | [_, name, _, _] => Some(name),
        _ => None,
    }
}
