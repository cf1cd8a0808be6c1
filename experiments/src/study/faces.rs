//! The faces of a run, generated or real: training crops, test crops and the protocol.

use super::config::Config;
use super::crops::{cut, Cropped, Crops, Outcome};
use super::inputs::Inputs;
use crate::evaluate::align::{Align, Aligner};
use anyhow::{bail, ensure, Context, Result};
use l2face_data::{InMemory, Records};
use l2face_eval::{Face, LandmarkIndex};
use l2face_image::{align, AlignPolicy, CropTarget, FaceHints, Rgb8, Similarity};
use l2face_synth::World;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Everything that the rows of one seed share.
pub struct Faces<'a, P: Clone> {
    /// What the networks are trained on.
    pub train: Arc<InMemory>,
    /// Crops of the training photographs, with their counts.
    pub train_crops: Crops,
    /// What is compared with what.
    pub protocol: Cow<'a, P>,
    /// Crops of the protocol's faces, in their order.
    pub test_crops: Crops,
    /// The known quality in [0, 1] of each of the protocol's faces, where faces are generated.
    pub quality: Option<Vec<f64>>,
}

/// Where the generated faces of a seed stand below the out folder.
pub fn generated_folder(out: &Path, seed: u64) -> PathBuf {
    out.join(format!("generated-seed{seed}"))
}

/// Where the crops of real faces stand below the out folder.
pub fn real_folder(out: &Path) -> PathBuf {
    out.join("crops")
}

/// The generated people of a seed.
///
/// # Errors
/// Settings that make no sense.
pub fn world(config: &Config, seed: u64) -> Result<World> {
    World::new(seed, config.data.world.clone()).context("[data.world]")
}

/// Generated training faces.
///
/// # Errors
/// Those of the disk.
pub fn generated_train(config: &Config, world: &World, folder: &Path) -> Result<(Arc<InMemory>, Crops)> {
    let target = config.preproc()?.target;
    let crops = Crops::build(&folder.join("train"), "render and align the training faces", world.train_len(), |i| {
        let render = world.train_render(i);
        let hints = FaceHints { points: Some(render.landmarks), bbox: Some(render.bbox), ..FaceHints::default() };
        Ok(aligned(&render.image, &hints, AlignPolicy::Landmarks, &target, config))
    })?;
    let set = labelled(&crops, config.data.world.train_people, |i| world.train_label(i))?;
    Ok((Arc::new(set), crops))
}

/// Training photographs are aligned by detector landmarks; if no landmarks were given at all, they are held to be
/// aligned already and taken whole. (The policy `--align` is about test faces, which have boxes and points of their own.)
///
/// # Errors
/// A photograph that cannot be read, a person without a usable one.
pub fn real_train(config: &Config, inputs: &Inputs, folder: &Path) -> Result<(Arc<InMemory>, Crops)> {
    let records = &inputs.records;
    let target = config.preproc()?.target;
    let crops = Crops::build(&folder.join("train"), "align the training photographs", records.items.len(), |i| {
        let item = &records.items[i];
        let image = Rgb8::open(&item.path)?;
        if config.data.landmarks.is_empty() {
            return whole(&image, config);
        }
        let hints = FaceHints { points: inputs.landmarks.lookup(&item.rel, None), ..FaceHints::default() };
        Ok(aligned(&image, &hints, AlignPolicy::Landmarks, &target, config))
    })?;
    every_person_has_a_face(config, records, &crops)?;
    let set = labelled(&crops, records.class_names.len(), |i| records.items[i].label)?;
    Ok((Arc::new(set), crops))
}

/// The largest centred part of a photograph with the crop's aspect, as its crop.
///
/// # Errors
/// An image without pixels.
pub fn whole(image: &Rgb8, config: &Config) -> Result<Cropped> {
    let size = |n: usize| n as f64;
    let (w, h) = (size(config.crop.width), size(config.crop.height));
    let (from_w, from_h) = (size(image.width()), size(image.height()));
    let scale = (w / from_w).max(h / from_h);
    // Pixel centres are at integers: the centre of n pixels is (n - 1) / 2.
    let shift = |to: f64, from: f64| (to - 1.0) / 2.0 - scale * (from - 1.0) / 2.0;
    let transform =
        Similarity::new(scale, 0.0, shift(w, from_w), shift(h, from_h)).context("an image without pixels")?;
    Ok(Cropped { crop: Some(cut(image, &transform, config)), outcome: Outcome::Whole, rejected: false })
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

/// The crops of a protocol's faces, by `--align`.
///
/// # Errors
/// A photograph that cannot be read; no face that could be aligned.
pub fn test_crops(config: &Config, faces: &[Face], landmarks: &LandmarkIndex, folder: &Path) -> Result<Crops> {
    let target = config.preproc()?.target;
    let detector = detector(config)?;
    let make = |face: &Face, image: &Rgb8| {
        if let Some(crop) = detector.as_ref().map(|d| d.found(face, image)).transpose()?.flatten() {
            return Ok(Cropped { crop: Some(crop), outcome: Outcome::Detected, rejected: false });
        }
        let mut hints = face.hints.clone();
        landmarks.apply(&face.file, &mut hints);
        Ok(aligned(image, &hints, config.data.align, &target, config))
    };
    let crops = test_crops_by(faces, folder, make)?;
    ensure!(
        (0..crops.len()).any(|i| crops.get(i).is_some()),
        "no test face could be aligned with --align {}: try --align auto",
        config.data.align
    );
    Ok(crops)
}

/// The crops of a protocol's faces, each taken whole.
///
/// # Errors
/// A photograph that cannot be read.
pub fn whole_test_crops(config: &Config, faces: &[Face], folder: &Path) -> Result<Crops> {
    test_crops_by(faces, folder, |_, image| whole(image, config))
}

/// What looks for test faces, where it is asked for.
fn detector(config: &Config) -> Result<Option<Aligner>> {
    let Some(path) = &config.data.detector else { return Ok(None) };
    let aligner = Aligner::new(Align::Detect, Some(path), config.preproc()?.target, false)?;
    Ok(Some(aligner.antialias(config.crop.antialias)))
}

fn test_crops_by(
    faces: &[Face],
    folder: &Path,
    make: impl Fn(&Face, &Rgb8) -> Result<Cropped> + Sync,
) -> Result<Crops> {
    Crops::build(folder, "align the test faces", faces.len(), |i| {
        let image = Rgb8::open(&faces[i].path).with_context(|| faces[i].at.clone())?;
        make(&faces[i], &image)
    })
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
