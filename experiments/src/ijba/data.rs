//! The faces of a run on IJB-A, generated or real; and what the protocol makes of their embeddings.

use super::source::{RealSource, Source};
use crate::progress::Progress;
use crate::study::config::Config;
use crate::study::crops::Crops;
use crate::study::faces::{generated_folder, generated_train, real_folder, real_train, test_crops, world, Faces};
use crate::study::{quality, Study};
use anyhow::Result;
use l2face_data::InMemory;
use l2face_eval::{evaluate_with, Embeddings, IjbA, IjbaResult, LandmarkIndex};
use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, OnceLock};

impl Study for Source {
    type Protocol = IjbA;
    type Measured = IjbaResult;

    fn fingerprint(&self) -> &str {
        self.fingerprint()
    }

    fn faces(&self, config: &Config, seed: u64, out: &Path) -> Result<Faces<'_, IjbA>> {
        match self {
            Source::Generated(_) => generated(config, seed, &generated_folder(out, seed)),
            Source::Real(real) => prepare_real(config, real, &real_folder(out)),
        }
    }

    fn measure(
        &self,
        config: &Config,
        protocol: &IjbA,
        row: &str,
        seed: u64,
        embeddings: &Embeddings,
    ) -> Result<IjbaResult> {
        let tpe = config.tpe(row, seed);
        Ok(evaluate_with(protocol, embeddings, &config.evaluate.pooling, tpe.as_ref())?)
    }
}

/// Only the training half of [`Faces`], for `--tune`, which never looks at a test face.
pub fn training(config: &Config, source: &Source, seed: u64, out: &Path) -> Result<(Arc<InMemory>, Crops)> {
    match source {
        Source::Generated(_) => generated_train(config, &world(config, seed)?, &generated_folder(out, seed)),
        Source::Real(real) => real_train(config, &real.inputs, &real_folder(out)),
    }
}

fn generated(config: &Config, seed: u64, folder: &Path) -> Result<Faces<'static, IjbA>> {
    let world = world(config, seed)?;
    let (train, train_crops) = generated_train(config, &world, folder)?;
    let layout = folder.join("ijba");
    let progress = OnceLock::new();
    let label = format!("render the test faces of seed {seed}");
    world
        .write_ijba(&layout, &|done, all| progress.get_or_init(|| Progress::new(&label, "faces", all)).set(done, ""))?;
    let protocol = IjbA::load(&layout)?;
    let landmarks = LandmarkIndex::load(&[layout.join("landmarks.csv")])?;
    let test_crops = test_crops(config, &protocol.faces, &landmarks, &folder.join("test"))?;
    let quality = Some(quality::read(&layout.join("quality.csv"), &protocol.faces)?);
    Ok(Faces { train, train_crops, protocol: Cow::Owned(protocol), test_crops, quality })
}

fn prepare_real<'a>(config: &Config, real: &'a RealSource, folder: &Path) -> Result<Faces<'a, IjbA>> {
    let (train, train_crops) = real_train(config, &real.inputs, folder)?;
    let test_crops = test_crops(config, &real.protocol.faces, &real.inputs.landmarks, &folder.join("test"))?;
    Ok(Faces { train, train_crops, protocol: Cow::Borrowed(&real.protocol), test_crops, quality: None })
}
