//! Aligned crops: made once, kept in parts on disk that survive a kill, shared by all rows.

use super::config::Config;
use crate::evaluate::align::{DETECTOR, WHOLE};
use crate::files;
use crate::progress::Progress;
use anyhow::{Context, Result};
use l2face_image::{warp, warp_antialiased, AlignSource, Rgb8, Similarity};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Faces between two writes to disk.
const PART: usize = 512;

/// What became of one face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Aligned by such points.
    Aligned(AlignSource),
    /// Aligned by the points that a detector found.
    Detected,
    /// Taken whole: no landmarks were given, so the photographs are held to be aligned already.
    Whole,
    /// No crop: no usable points under the policy.
    Failed,
}

/// One face's crop and where it came from.
pub struct Cropped {
    /// The crop, or nothing.
    pub crop: Option<Rgb8>,
    /// How it was made.
    pub outcome: Outcome,
    /// Some of its points were implausible and not used.
    pub rejected: bool,
}

/// The crops of a set of faces, in order; a face may have none.
#[derive(Default)]
pub struct Crops {
    images: Vec<Option<Rgb8>>,
    /// How many faces came from which source; those without a crop are in none.
    pub outcomes: BTreeMap<String, usize>,
    /// Faces with implausible points.
    pub rejected: usize,
}

#[derive(Serialize, Deserialize)]
struct PartHeader {
    outcomes: Vec<(Outcome, bool)>,
    width: usize,
    height: usize,
    pixels: String,
}

impl Crops {
    /// Faces, with or without a crop.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// No face at all.
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// The crop of a face.
    pub fn get(&self, face: usize) -> Option<&Rgb8> {
        self.images.get(face).and_then(Option::as_ref)
    }

    /// Makes `count` crops in parallel, or reads the parts that `folder` already holds.
    pub fn build(
        folder: &Path,
        label: &str,
        count: usize,
        make: impl Fn(usize) -> Result<Cropped> + Sync,
    ) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let progress = Progress::new(label, "faces", count);
        let mut all = Self::default();
        for (index, from) in (0..count).step_by(PART).enumerate() {
            let to = (from + PART).min(count);
            let path = folder.join(format!("part-{index:05}"));
            let part = match read_part(&path, to - from) {
                Some(part) => part,
                None => {
                    let done = AtomicUsize::new(from);
                    let part = (from..to).into_par_iter().map(|i| {
                        let cropped = make(i);
                        progress.set(done.fetch_add(1, Ordering::Relaxed) + 1, "");
                        cropped
                    });
                    let part = part.collect::<Result<Vec<_>>>()?;
                    write_part(&path, &part)?;
                    part
                }
            };
            progress.set(to, "");
            part.into_iter().for_each(|cropped| all.push(cropped));
        }
        progress.finish("");
        Ok(all)
    }

    /// Crops that are there already.
    pub fn of(images: impl Iterator<Item = Rgb8>) -> Self {
        Self { images: images.map(Some).collect(), ..Self::default() }
    }

    fn push(&mut self, cropped: Cropped) {
        let source = match cropped.outcome {
            Outcome::Aligned(source) => Some(source.to_string()),
            Outcome::Detected => Some(DETECTOR.into()),
            Outcome::Whole => Some(WHOLE.into()),
            Outcome::Failed => None,
        };
        if let Some(source) = source {
            *self.outcomes.entry(source).or_default() += 1;
        }
        self.rejected += usize::from(cropped.rejected);
        self.images.push(cropped.crop);
    }
}

/// Cuts the crop that `transform` defines, as the configuration wants it.
pub fn cut(image: &Rgb8, transform: &Similarity, config: &Config) -> Rgb8 {
    let (width, height) = (config.crop.width, config.crop.height);
    match config.crop.antialias {
        true => warp_antialiased(image, transform, width, height),
        false => warp(image, transform, width, height),
    }
}

/// A JSON line, then the pixels of the present crops.
fn write_part(path: &Path, part: &[Cropped]) -> Result<()> {
    let present: Vec<&Rgb8> = part.iter().filter_map(|c| c.crop.as_ref()).collect();
    let pixels: Vec<u8> = present.iter().flat_map(|c| c.data()).copied().collect();
    let (width, height) = present.first().map_or((0, 0), |c| (c.width(), c.height()));
    let outcomes = part.iter().map(|c| (c.outcome, c.rejected)).collect();
    let header = PartHeader { outcomes, width, height, pixels: crate::hash::bytes(&pixels) };
    let mut bytes = serde_json::to_vec(&header)?;
    bytes.push(b'\n');
    bytes.extend_from_slice(&pixels);
    files::write(path, &bytes)
}

/// A whole part of `count` faces, or nothing: then it is made again.
fn read_part(path: &Path, count: usize) -> Option<Vec<Cropped>> {
    let bytes = std::fs::read(path).ok()?;
    let line = bytes.iter().position(|b| *b == b'\n')?;
    let header: PartHeader = serde_json::from_slice(&bytes[..line]).ok()?;
    let pixels = &bytes[line + 1..];
    if header.outcomes.len() != count || crate::hash::bytes(pixels) != header.pixels {
        return None;
    }
    let mut crops = pixels.chunks((3 * header.width * header.height).max(1));
    header
        .outcomes
        .into_iter()
        .map(|(outcome, rejected)| {
            let crop = match outcome {
                Outcome::Failed => None,
                _ => Some(Rgb8::new(header.width, header.height, crops.next()?.to_vec()).ok()?),
            };
            Some(Cropped { crop, outcome, rejected })
        })
        .collect()
}
