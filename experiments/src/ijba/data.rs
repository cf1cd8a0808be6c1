//! The faces of a run: training crops, test crops and the protocol, generated or real.

use super::config::Config;
use super::crops::{cut, Cropped, Crops, Outcome};
use super::source::{RealSource, Source};
use crate::progress::Progress;
use anyhow::{bail, ensure, Context, Result};
use l2face_data::{InMemory, Records};
use l2face_eval::{IjbA, LandmarkIndex};
use l2face_image::{align, AlignPolicy, CropTarget, FaceHints, Rgb8, Similarity};
use l2face_synth::World;
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

/// Everything that the rows of one seed share.
pub struct Faces<'a> {
    /// What the networks are trained on.
    pub train: Arc<InMemory>,
    /// Crops of the training photographs, with their counts.
    pub train_crops: Crops,
    /// The protocol: templates, comparisons, galleries, probes.
    pub protocol: Cow<'a, IjbA>,
    /// Crops of the protocol's faces, in their order.
    pub test_crops: Crops,
    /// The known quality in [0, 1] of each of the protocol's faces, where faces are generated.
    pub quality: Option<Vec<f64>>,
}

impl<'a> Faces<'a> {
    /// Prepares the faces of `seed` under `folder`, or reads back what is there.
    pub fn prepare(config: &Config, source: &'a Source, seed: u64, folder: &Path) -> Result<Self> {
        match source {
            Source::Generated(_) => generated(config, seed, &folder.join(format!("generated-seed{seed}"))),
            Source::Real(real) => prepare_real(config, real, &folder.join("crops")),
        }
    }
}

/// Only the training half of [`Faces`], for `--tune`, which never looks at a test face.
pub fn training(config: &Config, source: &Source, seed: u64, folder: &Path) -> Result<(Arc<InMemory>, Crops)> {
    match source {
        Source::Generated(_) => {
            generated_train(config, &world(config, seed)?, &folder.join(format!("generated-seed{seed}")))
        }
        Source::Real(real) => real_train(config, real, &folder.join("crops")),
    }
}

fn world(config: &Config, seed: u64) -> Result<World> {
    World::new(seed, config.data.world.clone()).context("[data.world]")
}

fn generated(config: &Config, seed: u64, folder: &Path) -> Result<Faces<'static>> {
    let world = world(config, seed)?;
    let (train, train_crops) = generated_train(config, &world, folder)?;
    let layout = folder.join("ijba");
    let progress = std::sync::OnceLock::new();
    let label = format!("render the test faces of seed {seed}");
    world
        .write_ijba(&layout, &|done, all| progress.get_or_init(|| Progress::new(&label, "faces", all)).set(done, ""))?;
    let protocol = IjbA::load(&layout)?;
    let landmarks = LandmarkIndex::load(&[layout.join("landmarks.csv")])?;
    let test_crops = test_crops(config, &protocol, &landmarks, &folder.join("test"))?;
    let quality = Some(super::quality::read(&layout.join("quality.csv"), &protocol)?);
    Ok(Faces { train, train_crops, protocol: Cow::Owned(protocol), test_crops, quality })
}

fn generated_train(config: &Config, world: &World, folder: &Path) -> Result<(Arc<InMemory>, Crops)> {
    let target = config.preproc()?.target;
    let crops = Crops::build(&folder.join("train"), "render and align the training faces", world.train_len(), |i| {
        let render = world.train_render(i);
        let hints = FaceHints { points: Some(render.landmarks), bbox: Some(render.bbox), ..FaceHints::default() };
        Ok(aligned(&render.image, &hints, AlignPolicy::Landmarks, &target, config))
    })?;
    let set = labelled(&crops, config.data.world.train_people, |i| world.train_label(i))?;
    Ok((Arc::new(set), crops))
}

fn prepare_real<'a>(config: &Config, real: &'a RealSource, folder: &Path) -> Result<Faces<'a>> {
    let (train, train_crops) = real_train(config, real, folder)?;
    let test_crops = test_crops(config, &real.protocol, &real.landmarks, &folder.join("test"))?;
    Ok(Faces { train, train_crops, protocol: Cow::Borrowed(&real.protocol), test_crops, quality: None })
}

/// Training photographs are aligned by detector landmarks; if no landmarks were given at all, they are held to be
/// aligned already and taken whole. (The policy `--align` is about test faces, which have boxes and points of their own.)
fn real_train(config: &Config, real: &RealSource, folder: &Path) -> Result<(Arc<InMemory>, Crops)> {
    let records = &real.records;
    let target = config.preproc()?.target;
    let crops = Crops::build(&folder.join("train"), "align the training photographs", records.items.len(), |i| {
        let item = &records.items[i];
        let image = Rgb8::open(&item.path)?;
        if config.data.landmarks.is_empty() {
            return Ok(Cropped { crop: Some(whole(&image, config)?), outcome: Outcome::Whole, rejected: false });
        }
        let hints = FaceHints { points: real.landmarks.lookup(&item.rel, None), ..FaceHints::default() };
        Ok(aligned(&image, &hints, AlignPolicy::Landmarks, &target, config))
    })?;
    every_person_has_a_face(config, records, &crops)?;
    let set = labelled(&crops, records.class_names.len(), |i| records.items[i].label)?;
    Ok((Arc::new(set), crops))
}

/// The largest centred part of a photograph with the crop's aspect.
fn whole(image: &Rgb8, config: &Config) -> Result<Rgb8> {
    let size = |n: usize| n as f64;
    let (w, h) = (size(config.crop.width), size(config.crop.height));
    let (from_w, from_h) = (size(image.width()), size(image.height()));
    let scale = (w / from_w).max(h / from_h);
    // Pixel centres are at integers: the centre of n pixels is (n - 1) / 2.
    let shift = |to: f64, from: f64| (to - 1.0) / 2.0 - scale * (from - 1.0) / 2.0;
    let transform =
        Similarity::new(scale, 0.0, shift(w, from_w), shift(h, from_h)).context("an image without pixels")?;
    Ok(cut(image, &transform, config))
}

/// The crops that there are, with their labels.
fn labelled(crops: &Crops, classes: usize, label: impl Fn(usize) -> u32) -> Result<InMemory> {
    let present = (0..crops.len()).filter_map(|i| Some((crops.get(i)?.clone(), label(i))));
    Ok(InMemory::new(present, classes)?)
}

fn every_person_has_a_face(config: &Config, records: &Records, crops: &Crops) -> Result<()> {
    let mut usable = vec![0usize; records.class_names.len()];
    for (i, item) in records.items.iter().enumerate() {
        usable[item.label as usize] += usize::from(crops.get(i).is_some());
    }
    let Some(empty) = usable.iter().position(|n| *n == 0) else { return Ok(()) };
    let landmarks = &config.data.landmarks;
    let person = config.data.train.as_deref().unwrap_or(Path::new("")).join(&records.class_names[empty]);
    bail!("{}: no usable image: none of this person's photographs has plausible landmarks in {landmarks:?}; add them, or leave the person out with --train-list", person.display())
}

fn test_crops(config: &Config, protocol: &IjbA, landmarks: &LandmarkIndex, folder: &Path) -> Result<Crops> {
    let target = config.preproc()?.target;
    let crops = Crops::build(folder, "align the test faces", protocol.faces.len(), |i| {
        let face = &protocol.faces[i];
        let image = Rgb8::open(&face.path).with_context(|| face.at.clone())?;
        let mut hints = face.hints.clone();
        hints.points = landmarks.lookup(&face.file, hints.bbox.as_ref());
        Ok(aligned(&image, &hints, config.data.align, &target, config))
    })?;
    ensure!(
        (0..crops.len()).any(|i| crops.get(i).is_some()),
        "no test face could be aligned with --align {}: try --align auto",
        config.data.align
    );
    Ok(crops)
}

fn aligned(image: &Rgb8, hints: &FaceHints, policy: AlignPolicy, target: &CropTarget, config: &Config) -> Cropped {
    match align(hints, policy, target) {
        Some(a) => Cropped {
            crop: Some(cut(image, &a.transform, config)),
            outcome: Outcome::Aligned(a.source),
            rejected: a.rejected,
        },
        None => Cropped { crop: None, outcome: Outcome::Failed, rejected: hints.points.is_some() },
    }
}
