//! The faces of a run: training crops, test crops and the protocol, generated or real.

use super::config::{Config, DataKind};
use super::crops::{cut, Cropped, Crops, Outcome};
use crate::progress::Progress;
use anyhow::{bail, ensure, Context, Result};
use l2face_data::{InMemory, Records};
use l2face_eval::{IjbA, LandmarkIndex};
use l2face_image::{align, AlignPolicy, CropTarget, FaceHints, Rgb8};
use l2face_synth::World;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything that the rows of one seed share.
pub struct Faces {
    /// What the networks are trained on.
    pub train: Arc<InMemory>,
    /// Crops of the training photographs, with their counts.
    pub train_crops: Crops,
    /// The protocol: templates, comparisons, galleries, probes.
    pub protocol: IjbA,
    /// Crops of the protocol's faces, in their order.
    pub test_crops: Crops,
    /// The known quality in [0, 1] of each of the protocol's faces, where faces are generated.
    pub quality: Option<Vec<f64>>,
}

impl Faces {
    /// Prepares the faces of `seed` under `folder`, or reads back what is there.
    pub fn prepare(config: &Config, seed: u64, folder: &Path) -> Result<Self> {
        match config.data.kind {
            DataKind::Generated => generated(config, seed, &folder.join(format!("generated-seed{seed}"))),
            DataKind::Real => real(config, &folder.join("crops")),
        }
    }
}

/// Only the training half of [`Faces`], for `--tune`, which never looks at a test face.
pub fn training(config: &Config, seed: u64, folder: &Path) -> Result<(Arc<InMemory>, Crops)> {
    match config.data.kind {
        DataKind::Generated => {
            generated_train(config, &world(config, seed)?, &folder.join(format!("generated-seed{seed}")))
        }
        DataKind::Real => real_train(config, &landmarks(config)?, &folder.join("crops")),
    }
}

fn world(config: &Config, seed: u64) -> Result<World> {
    World::new(seed, config.data.world.clone()).context("[data.world]")
}

fn generated(config: &Config, seed: u64, folder: &Path) -> Result<Faces> {
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
    Ok(Faces { train, train_crops, protocol, test_crops, quality })
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

fn real(config: &Config, folder: &Path) -> Result<Faces> {
    let ijba = config.data.ijba.as_ref().context("--ijba DIR is missing")?;
    let protocol = IjbA::load(ijba)?;
    protocol.check_images()?;
    let landmarks = landmarks(config)?;
    let (train, train_crops) = real_train(config, &landmarks, folder)?;
    let test_crops = test_crops(config, &protocol, &landmarks, &folder.join("test"))?;
    Ok(Faces { train, train_crops, protocol, test_crops, quality: None })
}

fn landmarks(config: &Config) -> Result<LandmarkIndex> {
    Ok(LandmarkIndex::load(&config.data.landmarks)?)
}

fn real_train(config: &Config, landmarks: &LandmarkIndex, folder: &Path) -> Result<(Arc<InMemory>, Crops)> {
    let root = config.data.train.as_ref().context("--train DIR is missing")?;
    let records = Records::scan(root, config.data.train_list.as_deref())?;
    let target = config.preproc()?.target;
    let whole = config.data.landmarks.is_empty();
    let crops = Crops::build(&folder.join("train"), "align the training photographs", records.items.len(), |i| {
        let item = &records.items[i];
        let image = Rgb8::open(&item.path)?;
        if whole {
            let crop = image.resized(config.crop.width, config.crop.height);
            return Ok(Cropped { crop: Some(crop), outcome: Outcome::Whole, rejected: false });
        }
        let hints = FaceHints { points: landmarks.lookup(&item.rel, None), ..FaceHints::default() };
        Ok(aligned(&image, &hints, AlignPolicy::Landmarks, &target, config))
    })?;
    every_person_has_a_face(&records, &crops, root, &config.data.landmarks)?;
    let set = labelled(&crops, records.class_names.len(), |i| records.items[i].label)?;
    Ok((Arc::new(set), crops))
}

/// The crops that there are, with their labels.
fn labelled(crops: &Crops, classes: usize, label: impl Fn(usize) -> u32) -> Result<InMemory> {
    let present = (0..crops.len()).filter_map(|i| Some((crops.get(i)?.clone(), label(i))));
    Ok(InMemory::new(present, classes)?)
}

fn every_person_has_a_face(records: &Records, crops: &Crops, root: &Path, landmarks: &[PathBuf]) -> Result<()> {
    let mut usable = vec![0usize; records.class_names.len()];
    for (i, item) in records.items.iter().enumerate() {
        usable[item.label as usize] += usize::from(crops.get(i).is_some());
    }
    let Some(empty) = usable.iter().position(|n| *n == 0) else { return Ok(()) };
    let person = root.join(&records.class_names[empty]);
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
